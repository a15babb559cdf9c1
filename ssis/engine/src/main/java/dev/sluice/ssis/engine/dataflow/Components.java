package dev.sluice.ssis.engine.dataflow;

import static java.util.Map.entry;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.dataflow.blocking.Aggregate;
import dev.sluice.ssis.engine.dataflow.blocking.Pivot;
import dev.sluice.ssis.engine.dataflow.blocking.RowSampling;
import dev.sluice.ssis.engine.dataflow.blocking.Sort;
import dev.sluice.ssis.engine.dataflow.blocking.Unpivot;
import dev.sluice.ssis.engine.dataflow.combining.Merge;
import dev.sluice.ssis.engine.dataflow.combining.MergeJoin;
import dev.sluice.ssis.engine.dataflow.combining.UnionAll;
import dev.sluice.ssis.engine.dataflow.database.RecordsetDestination;
import dev.sluice.ssis.engine.dataflow.database.RowCommand;
import dev.sluice.ssis.engine.dataflow.database.TableDestination;
import dev.sluice.ssis.engine.dataflow.database.TableSource;
import dev.sluice.ssis.engine.dataflow.files.ExcelSource;
import dev.sluice.ssis.engine.dataflow.files.FlatFileDestination;
import dev.sluice.ssis.engine.dataflow.files.FlatFileSource;
import dev.sluice.ssis.engine.dataflow.files.RawFile;
import dev.sluice.ssis.engine.dataflow.files.RowFiles;
import dev.sluice.ssis.engine.dataflow.files.XmlSource;
import dev.sluice.ssis.engine.dataflow.flow.Stage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.lookup.CacheTransform;
import dev.sluice.ssis.engine.dataflow.lookup.ChangingDimension;
import dev.sluice.ssis.engine.dataflow.lookup.Lookup;
import dev.sluice.ssis.engine.dataflow.rowwise.CopiedColumns;
import dev.sluice.ssis.engine.dataflow.rowwise.DerivedColumn;
import dev.sluice.ssis.engine.dataflow.rowwise.Splitting;
import dev.sluice.ssis.engine.dataflow.script.ScriptComponent;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.ComponentKind;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Which components can be run, and what to do about those that cannot.
public final class Components {
    private static final Map<ComponentKind, Function<Wiring, Stage>> TABLE = Map.ofEntries(
            entry(ComponentKind.FLAT_FILE_SOURCE, FlatFileSource::new),
            entry(ComponentKind.FLAT_FILE_DESTINATION, FlatFileDestination::new),
            entry(ComponentKind.DERIVED_COLUMN, DerivedColumn::of),
            entry(ComponentKind.DATA_CONVERSION, CopiedColumns::conversion),
            entry(ComponentKind.COPY_COLUMN, CopiedColumns::copy),
            entry(ComponentKind.CHARACTER_MAP, CopiedColumns::characterMap),
            entry(ComponentKind.AUDIT, CopiedColumns::audit),
            entry(ComponentKind.CONDITIONAL_SPLIT, Splitting::conditional),
            entry(ComponentKind.MULTICAST, Splitting::multicast),
            entry(ComponentKind.PERCENTAGE_SAMPLING, Splitting::percentage),
            entry(ComponentKind.BALANCED_DATA_DISTRIBUTOR, Splitting::distributor),
            entry(ComponentKind.CDC_SPLITTER, Splitting::cdc),
            entry(ComponentKind.ROW_COUNT, Splitting::rowCount),
            entry(ComponentKind.OLE_DB_SOURCE, TableSource::new),
            entry(ComponentKind.ADO_NET_SOURCE, TableSource::new),
            entry(ComponentKind.ODBC_SOURCE, TableSource::new),
            entry(ComponentKind.ORACLE_SOURCE, TableSource::new),
            entry(ComponentKind.TERADATA_SOURCE, TableSource::new),
            entry(ComponentKind.OLE_DB_DESTINATION, TableDestination::new),
            entry(ComponentKind.ADO_NET_DESTINATION, TableDestination::new),
            entry(ComponentKind.ODBC_DESTINATION, TableDestination::new),
            entry(ComponentKind.ORACLE_DESTINATION, TableDestination::new),
            entry(ComponentKind.TERADATA_DESTINATION, TableDestination::new),
            entry(ComponentKind.SQL_SERVER_DESTINATION, TableDestination::new),
            entry(ComponentKind.OLE_DB_COMMAND, RowCommand::new),
            entry(ComponentKind.LOOKUP, Lookup::new),
            entry(ComponentKind.CACHE_TRANSFORM, CacheTransform::new),
            entry(ComponentKind.SLOWLY_CHANGING_DIMENSION, ChangingDimension::new),
            entry(ComponentKind.MERGE, Merge::new),
            entry(ComponentKind.MERGE_JOIN, MergeJoin::new),
            entry(ComponentKind.PIVOT, Pivot::new),
            entry(ComponentKind.UNPIVOT, Unpivot::new),
            entry(ComponentKind.ROW_SAMPLING, RowSampling::new),
            entry(ComponentKind.EXCEL_SOURCE, ExcelSource::new),
            entry(ComponentKind.RAW_FILE_SOURCE, RawFile::source),
            entry(ComponentKind.RAW_FILE_DESTINATION, RawFile::destination),
            entry(ComponentKind.XML_SOURCE, XmlSource::new),
            entry(ComponentKind.EXPORT_COLUMN, RowFiles::exporting),
            entry(ComponentKind.IMPORT_COLUMN, RowFiles::importing),
            entry(ComponentKind.SORT, Sort::new),
            entry(ComponentKind.AGGREGATE, Aggregate::new),
            entry(ComponentKind.UNION_ALL, UnionAll::new),
            entry(ComponentKind.SCRIPT, ScriptComponent::of),
            entry(ComponentKind.RECORDSET_DESTINATION, RecordsetDestination::new));

    private static final String CLEAN = "clean the data before, or join by exact keys with a Lookup";
    private static final String TERMS = "split and count the words in SQL, or before the file is read";
    private static final String ANALYSIS = "read the model's result by a query of a server that offers it over JDBC";

    private static final Map<ComponentKind, String> ADVICE = Map.ofEntries(
            entry(ComponentKind.FUZZY_LOOKUP, CLEAN),
            entry(ComponentKind.FUZZY_GROUPING, CLEAN),
            entry(ComponentKind.DATA_QUALITY, CLEAN),
            entry(ComponentKind.TERM_EXTRACTION, TERMS),
            entry(ComponentKind.TERM_LOOKUP, TERMS),
            entry(ComponentKind.DATA_MINING_QUERY, ANALYSIS),
            entry(ComponentKind.CDC_SOURCE, "query the change tables with an OLE DB Source"),
            entry(ComponentKind.SQL_COMPACT_DESTINATION, "write to another database with an OLE DB Destination"),
            entry(ComponentKind.DATA_READER_DESTINATION, "write to a Recordset Destination, a table or a file"),
            entry(ComponentKind.EXCEL_DESTINATION, "write a delimited file with a Flat File Destination"),
            entry(ComponentKind.ODATA_SOURCE, "copy the feed to a table with a pipeline before"),
            entry(ComponentKind.AZURE_BLOB_SOURCE, "copy the blob to a file with a pipeline before"),
            entry(ComponentKind.AZURE_BLOB_DESTINATION, "write a file and copy it with a pipeline after"));

    private Components() {}

    /// Whether components of that kind can be run.
    public static boolean runs(ComponentKind kind) {
        return TABLE.containsKey(kind);
    }

    /// @throws ProblemException when the component cannot be run, with what to do instead
    public static void require(Component component) {
        if (!runs(component.kind())) {
            throw unsupported(component);
        }
    }

    /// The problem of a component that cannot be run.
    public static ProblemException unsupported(Component component) {
        return SsisFaults.COMPONENT_UNSUPPORTED
                .problem()
                .at(component.id())
                .evidence("component", component.name())
                .evidence("type", component.typeName())
                .evidence("advice", ADVICE.getOrDefault(component.kind(), "replace it by a component that can be run"))
                .evidence("ssisCode", "0xC0048021")
                .exception();
    }

    /// What is to be said of a script component before it runs; empty for others.
    public static Optional<Problem> script(Component component) {
        return component.kind() == ComponentKind.SCRIPT
                ? Optional.of(ScriptComponent.problem(component))
                : Optional.empty();
    }

    /// Whether a script component runs where scripts are allowed.
    public static boolean runsScript(Component component) {
        return ScriptComponent.cSharp(component);
    }

    static Stage stage(Wiring wiring) {
        Function<Wiring, Stage> row = TABLE.get(wiring.component().kind());
        if (row == null) {
            throw unsupported(wiring.component());
        }
        return row.apply(wiring);
    }
}
