package dev.sluice.data.trees;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;

/// Goes from row to row through documents and picks up the wanted values. Nothing but the current row is
/// kept. Values of the document around a cross-applied array may stand behind the array: a second cursor,
/// one document ahead, reads them first.
final class TreeCursor implements AutoCloseable {
    private final Documents documents;
    private final Wanted row;
    private final List<TreePath.Step> collection;
    private final @Nullable TreeCursor around;
    private final int[] aroundColumns;
    private final Cells cells;
    private @Nullable JsonParser parser;
    private boolean inList;
    private int outside;
    private boolean inCollection;
    private boolean leaving;
    private boolean taking;
    private long ordinal;
    private @Nullable String flaw;
    private @Nullable TokenStreamLocation start;

    /// @param row what is wanted of a row
    /// @param around what is wanted of the document around it; nothing unless there is a collection
    /// @param columns how many there are
    TreeCursor(Documents.Opener opener, Wanted row, Wanted around, List<TreePath.Step> collection, int columns)
            throws IOException {
        this.row = row;
        this.collection = collection;
        this.cells = new Cells(columns);
        this.aroundColumns = around.all();
        this.around = aroundColumns.length == 0
                ? null
                : new TreeCursor(inside -> opener.open(true), around, new Wanted(), List.of(), columns);
        boolean opened = false;
        try {
            this.documents = opener.open(false);
            opened = true;
        } finally {
            if (!opened && this.around != null) {
                this.around.close();
            }
        }
    }

    /// Goes on to the next row.
    boolean next() throws IOException {
        try {
            return advance();
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    Cells cells() {
        return cells;
    }

    /// Of the current row, from 1, over all documents.
    long ordinal() {
        return ordinal;
    }

    /// Why the current row is none; null when it is one.
    @Nullable
    String flaw() {
        return flaw;
    }

    /// Where the current row starts.
    String place() {
        TokenStreamLocation at = start;
        return at == null || at.getLineNr() < 1
                ? documents.place()
                : documents.place() + ":" + at.getLineNr() + ":" + at.getColumnNr();
    }

    long line() {
        TokenStreamLocation at = start;
        return at == null ? 0 : Math.max(0, at.getLineNr());
    }

    String path() {
        return documents.place();
    }

    long bytesRead() {
        return documents.bytesRead();
    }

    private boolean advance() throws IOException {
        while (true) {
            JsonParser p = parser;
            if (inCollection && p != null) {
                if (p.nextToken() != JsonToken.END_ARRAY) {
                    take(p);
                    return true;
                }
                inCollection = false;
                leaving = true;
            }
            if (leaving && p != null) {
                leave(p);
            }
            JsonParser document = nextDocument();
            if (document == null) {
                return false;
            }
            if (collection.isEmpty()) {
                take(document);
                return true;
            }
            if (around != null) {
                around.next();
            }
            leaving = true;
            if (enter(document, collection)) {
                if (document.currentToken() == JsonToken.START_ARRAY) {
                    inCollection = true;
                } else if (document.currentToken() == JsonToken.START_OBJECT) {
                    take(document);
                    return true;
                }
            }
        }
    }

    /// The next document: at the top of a text, or in the array at its top.
    private @Nullable JsonParser nextDocument() throws IOException {
        while (true) {
            JsonParser p = parser;
            if (p == null) {
                p = documents.next();
                parser = p;
                inList = false;
                if (p == null) {
                    return null;
                }
            }
            outside = inList ? 1 : 0;
            JsonToken t = p.nextToken();
            if (t == null) {
                parser = null;
            } else if (!inList && t == JsonToken.START_ARRAY) {
                inList = true;
            } else if (inList && t == JsonToken.END_ARRAY) {
                inList = false;
            } else {
                return p;
            }
        }
    }

    private void leave(JsonParser p) {
        while (p.streamReadContext().getNestingDepth() > outside) {
            p.nextToken();
        }
        leaving = false;
    }

    /// Walks to the collection.
    static boolean enter(JsonParser p, List<TreePath.Step> steps) {
        for (TreePath.Step step : steps) {
            boolean found = switch (step) {
                case TreePath.Member m -> toMember(p, m.name());
                case TreePath.Element e -> toElement(p, e.index());
            };
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private static boolean toMember(JsonParser p, String name) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (p.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean found = p.currentName().equals(name);
            p.nextToken();
            if (found) {
                return true;
            }
            p.skipChildren();
        }
        return false;
    }

    private static boolean toElement(JsonParser p, int index) {
        if (p.currentToken() != JsonToken.START_ARRAY) {
            return false;
        }
        for (int i = 0; p.nextToken() != JsonToken.END_ARRAY; i++) {
            if (i == index) {
                return true;
            }
            p.skipChildren();
        }
        return false;
    }

    private void take(JsonParser p) {
        ordinal++;
        taking = true;
        start = p.currentTokenLocation();
        cells.clear();
        if (around != null) {
            cells.copyFrom(around.cells(), aroundColumns);
        }
        JsonToken t = p.currentToken();
        flaw = t == JsonToken.START_OBJECT || t == JsonToken.START_ARRAY ? null : "a row is an object, this is " + t;
        value(p, row);
        taking = false;
    }

    private void value(JsonParser p, Wanted here) {
        if (here.columns.length > 0 && here.goesOn()) {
            String text = capture(p, here);
            try (JsonParser again = Json.parser(text.getBytes(UTF_8))) {
                again.nextToken();
                inside(again, here);
            }
        } else if (here.columns.length > 0) {
            capture(p, here);
        } else {
            inside(p, here);
        }
    }

    private void inside(JsonParser p, Wanted here) {
        switch (p.currentToken()) {
            case START_OBJECT -> {
                while (p.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = p.currentName();
                    if (here.names != null) {
                        here.names.accept(name);
                    }
                    p.nextToken();
                    below(p, here.members.get(name));
                }
            }
            case START_ARRAY -> {
                for (int i = 0; p.nextToken() != JsonToken.END_ARRAY; i++) {
                    below(p, here.elements.isEmpty() ? null : here.elements.get(i));
                }
            }
            case null, default -> {}
        }
    }

    private void below(JsonParser p, @Nullable Wanted next) {
        if (next == null) {
            p.skipChildren();
        } else {
            value(p, next);
        }
    }

    private String capture(JsonParser p, Wanted here) {
        Cells.Kind kind = switch (p.currentToken()) {
            case VALUE_NULL -> Cells.Kind.NULL;
            case VALUE_TRUE, VALUE_FALSE -> Cells.Kind.BOOLEAN;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Cells.Kind.NUMBER;
            case START_OBJECT, START_ARRAY -> Cells.Kind.COMPLEX;
            case null, default -> Cells.Kind.TEXT;
        };
        String text = kind == Cells.Kind.COMPLEX ? JsonText.of(p) : p.getString();
        for (int c : here.columns) {
            cells.set(c, kind, text);
        }
        return kind == Cells.Kind.COMPLEX ? text : "null";
    }

    private RuntimeException malformed(JacksonException e) throws IOException {
        if (documents.failed()) {
            throw new IOException(e.getOriginalMessage(), e);
        }
        TokenStreamLocation at = e.getLocation();
        boolean located = at != null && at.getLineNr() > 0;
        return DataFaults.MALFORMED_FILE
                .problem()
                .at(located ? path() + ":" + at.getLineNr() + ":" + at.getColumnNr() : path())
                .evidence("path", path())
                .evidence("format", documents.format())
                .evidence("detail", e.getOriginalMessage())
                .evidence("row", taking ? ordinal : ordinal + 1)
                .evidence("line", located ? at.getLineNr() : null)
                .evidence("byte", located && at.getByteOffset() >= 0 ? at.getByteOffset() : null)
                .from(e)
                .exception();
    }

    @Override
    public void close() {
        documents.close();
        if (around != null) {
            around.close();
        }
    }
}
