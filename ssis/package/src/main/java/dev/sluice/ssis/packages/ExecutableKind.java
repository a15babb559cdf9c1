package dev.sluice.ssis.packages;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What an executable is. Tasks are recognised by any name they have had since SQL Server 2005.
public enum ExecutableKind {
    PACKAGE("Package", "Microsoft.Package", "MSDTS.Package", "SSIS.Package"),
    SEQUENCE("Sequence Container", "STOCK:SEQUENCE"),
    FOR_LOOP("For Loop Container", "STOCK:FORLOOP"),
    FOREACH_LOOP("Foreach Loop Container", "STOCK:FOREACHLOOP"),
    DATA_FLOW(
            "Data Flow Task",
            "Microsoft.Pipeline",
            "SSIS.Pipeline",
            "DTS.Pipeline",
            "{5918251B-2970-45A4-AB5F-01C3C588FE5A}",
            "{E3CFBEA8-1F48-40D8-91E1-2DEDC1EDDD56}"),
    EXECUTE_SQL("Execute SQL Task", "Microsoft.ExecuteSQLTask", task("ExecuteSQLTask")),
    SCRIPT("Script Task", "Microsoft.ScriptTask", task("ScriptTask")),
    EXECUTE_PACKAGE("Execute Package Task", "Microsoft.ExecutePackageTask", "SSIS.ExecutePackageTask"),
    EXECUTE_PROCESS("Execute Process Task", "Microsoft.ExecuteProcess", task("ExecuteProcess")),
    FILE_SYSTEM("File System Task", "Microsoft.FileSystemTask", task("FileSystemTask")),
    SEND_MAIL("Send Mail Task", "Microsoft.SendMailTask", task("SendMailTask")),
    EXPRESSION("Expression Task", "Microsoft.ExpressionTask", task("ExpressionTask")),
    FTP("FTP Task", "Microsoft.FtpTask", task("FtpTask")),
    BULK_INSERT("Bulk Insert Task", "Microsoft.BulkInsertTask", task("BulkInsertTask")),
    XML("XML Task", "Microsoft.XMLTask", task("XMLTask")),
    WEB_SERVICE("Web Service Task", "Microsoft.WebServiceTask", task("WebServiceTask")),
    DATA_PROFILING("Data Profiling Task", "Microsoft.DataProfilingTask", task("DataProfilingTask")),
    CDC_CONTROL("CDC Control Task", "Attunity.CdcControlTask", "Microsoft.CdcControlTask"),
    MESSAGE_QUEUE("Message Queue Task", "Microsoft.MessageQueueTask", task("MessageQueueTask")),
    WMI(
            "WMI Task",
            "Microsoft.WmiDataReaderTask",
            "Microsoft.WmiEventWatcherTask",
            task("WmiDataReaderTask"),
            task("WmiEventWatcherTask")),
    TRANSFER("Transfer Task", "Microsoft.Transfer", "Microsoft.SqlServer.Dts.Tasks.Transfer"),
    ANALYSIS_SERVICES(
            "Analysis Services Task",
            "Microsoft.ASExecuteDDLTask",
            "Microsoft.DTSProcessingTask",
            "Microsoft.DMQueryTask",
            "Microsoft.SqlServer.Dts.Tasks.ASExecuteDDLTask",
            "Microsoft.DataTransformationServices.Tasks.DTSProcessingTask"),
    MAINTENANCE(
            "Maintenance Plan Task", "Microsoft.DbMaintenance", "Microsoft.SqlServer.Management.DatabaseMaintenance"),
    HADOOP("Hadoop Task", "Microsoft.Hadoop", "HadoopFileSystemTask", "HiveTask", "PigTask"),
    AZURE(
            "Azure Feature Pack Task",
            "Microsoft.Azure",
            "Microsoft.SqlServer.Dts.Tasks.Azure",
            "CopyFromBlobTask",
            "CopyToBlobTask",
            "CreateHdiClusterTask",
            "DeleteHdiClusterTask"),
    /// A task of somebody else, or of a version not known here.
    UNKNOWN("Task");

    private final String title;
    private final List<String> names;

    ExecutableKind(String title, String... names) {
        this.title = title;
        this.names = Arrays.stream(names).map(n -> n.toLowerCase(Locale.ROOT)).toList();
    }

    private static String task(String type) {
        return "Microsoft.SqlServer.Dts.Tasks." + type;
    }

    /// As the designer's toolbox calls it.
    public String title() {
        return title;
    }

    private static final Set<ExecutableKind> CONTAINERS = Set.of(PACKAGE, SEQUENCE, FOR_LOOP, FOREACH_LOOP);

    /// Whether it runs other executables.
    public boolean container() {
        return CONTAINERS.contains(this);
    }

    /// By CreationName, then by ExecutableType.
    static ExecutableKind of(String creationName, String executableType) {
        ExecutableKind kind = of(creationName);
        return kind == UNKNOWN ? of(executableType) : kind;
    }

    /// The longest name that it begins with, so that `Microsoft.TransferDatabaseTask` is a transfer, and version
    /// suffixes and assembly names behind do not matter.
    private static ExecutableKind of(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        ExecutableKind best = UNKNOWN;
        int length = 0;
        for (ExecutableKind kind : values()) {
            for (String known : kind.names) {
                if (known.length() > length && lower.startsWith(known)) {
                    best = kind;
                    length = known.length();
                }
            }
        }
        return best;
    }
}
