package dev.sluice.ssis.engine.dataflow.files;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.Producer;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Fit;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Component.Disposition;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// XML Source: each output is a rowset, whose rows are the elements of the name that its RowsetID says; columns are
/// attributes and simple elements inside. `NAME_Id` columns number the rows of the rowset NAME and link those inside
/// to it. The document is read as a stream; document types are refused. The schema is not asked: the columns that
/// the package holds are what it gave.
public final class XmlSource implements Producer {
    private static final int UNUSABLE = 0xC0209084;
    private static final int TRUNCATED = 0xC0209085;
    private static final int DEEPEST = 1_000;
    private static final int MOST_TEXT = 1 << 27;

    private final Wiring wiring;
    private final Map<String, Rowset> rowsets = new HashMap<>();
    private final Deque<Open> open = new ArrayDeque<>();

    public XmlSource(Wiring wiring) {
        this.wiring = wiring;
        List<Component.Output> outputs = wiring.component().outputs();
        for (int o : wiring.mainOutputs()) {
            String id = References.text(outputs.get(o).properties(), "RowsetID");
            int errors = -1;
            for (int e = 0; e < outputs.size(); e++) {
                if (outputs.get(e).error()
                        && References.text(outputs.get(e).properties(), "RowsetID")
                                .equals(id)) {
                    errors = e;
                }
            }
            String element = id.isBlank() ? outputs.get(o).name() : id;
            rowsets.put(element.substring(element.lastIndexOf(':') + 1), new Rowset(o, errors));
        }
    }

    /// One output and what is known of its rows.
    private final class Rowset {
        private final int output;
        private final int errors;
        private final List<Component.OutputColumn> columns;
        private final SsisType[] types;
        private final Fit[] fits;
        private final BufferBuilder rows;
        private final @Nullable BufferBuilder bad;
        private long last;

        Rowset(int output, int errors) {
            this.output = output;
            this.errors = errors;
            this.columns = wiring.component().outputs().get(output).columns();
            this.rows = wiring.builder(output);
            this.bad = errors < 0 ? null : wiring.builder(errors);
            this.types = new SsisType[columns.size()];
            this.fits = new Fit[columns.size()];
            SsisType text = new SsisType(SsisType.Kind.NTEXT, 0, 0, 0, 0);
            for (int i = 0; i < types.length; i++) {
                types[i] = rows.layout().column(i).type();
                fits[i] = new Fit(text, types[i]);
            }
        }
    }

    /// An element whose end has not come.
    private static final class Open {
        private final String name;
        private final StringBuilder text = new StringBuilder();
        private final Map<String, String> values = new HashMap<>();
        private final @Nullable Rowset rowset;
        private final long number;
        private boolean simple = true;

        Open(String name, @Nullable Rowset rowset) {
            this.name = name;
            this.rowset = rowset;
            this.number = rowset == null ? 0 : ++rowset.last;
        }
    }

    @Override
    public void produce(Outputs out) throws IOException, SQLException, InterruptedException {
        int mode = wiring.number("AccessMode", 0);
        String where = mode == 0
                ? wiring.component().property("XMLData")
                : Objects.toString(
                        wiring.around()
                                .call()
                                .scope()
                                .require(wiring.component().property("XMLDataVariable"))
                                .value(),
                        "");
        try {
            if (mode == 2) {
                read(factory().createXMLStreamReader(new StringReader(where)), out);
            } else {
                file(wiring.around().connections().local(where), out);
            }
        } catch (XMLStreamException e) {
            throw wiring.failed("the document cannot be read: " + e.getMessage(), Codes.FILE_READ);
        }
        for (Rowset rowset : rowsets.values()) {
            out.send(rowset.output, rowset.rows.take());
            if (rowset.bad != null) {
                out.send(rowset.errors, rowset.bad.take());
            }
        }
    }

    private void file(Path file, Outputs out)
            throws XMLStreamException, IOException, SQLException, InterruptedException {
        try (InputStream in = Files.newInputStream(file)) {
            read(factory().createXMLStreamReader(in), out);
        } catch (NoSuchFileException e) {
            throw wiring.file(file, "it does not exist", Codes.FILE_OPEN);
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    private void read(XMLStreamReader xml, Outputs out)
            throws XMLStreamException, IOException, SQLException, InterruptedException {
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.DTD ->
                    throw wiring.failed("the document has a document type, which is not read", Codes.FILE_READ);
                case XMLStreamConstants.START_ELEMENT -> begin(xml);
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text(xml);
                case XMLStreamConstants.END_ELEMENT -> end(xml, out);
                default -> {}
            }
        }
    }

    private void begin(XMLStreamReader xml) {
        if (open.size() == DEEPEST) {
            throw wiring.failed("its elements lie more than " + DEEPEST + " deep", Codes.FILE_READ);
        }
        Open outer = open.peek();
        if (outer != null) {
            outer.simple = false;
        }
        Open now = new Open(xml.getLocalName(), rowsets.get(xml.getLocalName()));
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            now.values.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
        }
        open.push(now);
    }

    private void text(XMLStreamReader xml) {
        Open now = open.peek();
        if (now != null) {
            if (now.text.length() + xml.getTextLength() > MOST_TEXT) {
                throw wiring.failed("the element '" + now.name + "' has too much text", Codes.FILE_READ);
            }
            now.text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
        }
    }

    private void end(XMLStreamReader xml, Outputs out) throws IOException, SQLException, InterruptedException {
        Open now = open.pop();
        if (now.rowset != null) {
            if (now.simple && !now.text.isEmpty()) {
                now.values.putIfAbsent(now.name, now.text.toString());
                now.values.putIfAbsent("text", now.text.toString());
            }
            row(now.rowset, now, xml.getLocation().getLineNumber(), out);
            return;
        }
        // A simple element belongs to the nearest row around it; the first of a name counts.
        if (now.simple) {
            Open row = open.stream().filter(o -> o.rowset != null).findFirst().orElse(null);
            if (row != null) {
                row.values.putIfAbsent(now.name, now.text.toString());
            }
        }
    }

    /// The number of the row that a `NAME_Id` column means; 0 when it is none.
    private long number(Open now, String column) {
        if (!column.endsWith("_Id")) {
            return 0;
        }
        String name = column.substring(0, column.length() - 3);
        if (now.name.equals(name)) {
            return now.number;
        }
        return open.stream()
                .filter(o -> o.name.equals(name) && o.rowset != null)
                .findFirst()
                .map(o -> o.number)
                .orElse(0L);
    }

    private void row(Rowset rowset, Open now, int line, Outputs out)
            throws IOException, SQLException, InterruptedException {
        int code = 0;
        int at = -1;
        for (int i = 0; i < rowset.columns.size(); i++) {
            Component.OutputColumn column = rowset.columns.get(i);
            String text = now.values.get(column.name());
            long number = text == null ? number(now, column.name()) : 0;
            if (number > 0) {
                rowset.rows.set(
                        i, rowset.types[i].kind() == SsisType.Kind.UI8 ? BigInteger.valueOf(number) : (Object) number);
                continue;
            }
            int found = value(rowset, i, text, line);
            if (found != 0 && code == 0) {
                code = found;
                at = i;
            }
        }
        if (code != 0) {
            redirect(rowset, now, code, at, out);
            return;
        }
        rowset.rows.next();
        if (rowset.rows.full()) {
            out.send(rowset.output, rowset.rows.take());
        }
    }

    /// @return the code by which the row leaves; 0 when the value is in its place
    private int value(Rowset rowset, int i, @Nullable String text, int line) {
        SsisType type = rowset.types[i];
        if (text == null || text.isBlank() && !type.kind().text()) {
            rowset.rows.set(i, null);
            return 0;
        }
        Component.OutputColumn column = rowset.columns.get(i);
        try {
            Fit fit = rowset.fits[i];
            Object value = fit.apply(plain(text, type));
            rowset.rows.set(i, value);
            return fit.truncated()
                    ? judged(rowset, i, TRUNCATED, column.onTruncation(), line, "the text does not fit " + type)
                    : 0;
        } catch (RowFailure e) {
            return judged(rowset, i, UNUSABLE, column.onError(), line, "the text is no " + type);
        }
    }

    /// XML's forms of truth and of times as SSIS's conversions know them.
    private static String plain(String text, SsisType type) {
        return switch (type.kind()) {
            case STR, WSTR, TEXT, NTEXT -> text;
            case BOOL -> text.strip().equals("1") ? "true" : text.strip().equals("0") ? "false" : text.strip();
            case DATE, DBTIMESTAMP, DBTIMESTAMP2, FILETIME ->
                text.strip().replace('T', ' ').replaceFirst("(Z|[+-]\\d\\d:\\d\\d)$", "");
            case DBDATE -> text.strip().replaceFirst("(Z|[+-]\\d\\d:\\d\\d)$", "");
            case DBTIMESTAMPOFFSET -> text.strip().replace('T', ' ').replaceFirst("Z$", " +00:00");
            default -> text.strip();
        };
    }

    private int judged(Rowset rowset, int i, int code, Disposition disposition, int line, String detail) {
        Component.OutputColumn column = rowset.columns.get(i);
        return switch (disposition) {
            case IGNORE_FAILURE -> {
                if (code == UNUSABLE) {
                    rowset.rows.set(i, null);
                }
                yield 0;
            }
            case REDIRECT_ROW -> code;
            case NOT_USED, FAIL_COMPONENT ->
                throw SsisFaults.ROW_FAILED
                        .problem()
                        .at("line " + line + ", column " + column.name())
                        .evidence("component", wiring.component().name())
                        .evidence("column", column.name())
                        .evidence("line", line)
                        .evidence("detail", detail)
                        .evidence("rowCode", Codes.hex(code))
                        .evidence("ssisCode", Codes.COLUMN_CONVERSION.hex())
                        .exception();
        };
    }

    private void redirect(Rowset rowset, Open now, int code, int at, Outputs out)
            throws IOException, SQLException, InterruptedException {
        rowset.rows.reset();
        BufferBuilder bad = rowset.bad;
        if (bad == null) {
            return;
        }
        List<Component.OutputColumn> columns =
                new ArrayList<>(wiring.component().outputs().get(rowset.errors).columns());
        for (Component.OutputColumn c : columns) {
            int place = bad.layout().indexOf(c.lineage());
            bad.set(
                    place,
                    switch (c.special()) {
                        case 1 -> (Object) (long) code;
                        case 2 -> (long) rowset.rows.layout().column(at).number();
                        default -> bad.layout().column(place).type().kind().text() ? now.values.get(c.name()) : null;
                    });
        }
        bad.next();
        if (bad.full()) {
            out.send(rowset.errors, bad.take());
        }
    }
}
