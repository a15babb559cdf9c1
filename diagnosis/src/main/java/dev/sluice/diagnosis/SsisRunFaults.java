package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// Running SSIS packages: connections, tasks, scripts. Where SSIS itself has a code for it, that stands in the evidence
/// as `ssisCode`.
public final class SsisRunFaults {
    private SsisRunFaults() {}

    public static final Fault PROVIDER_MISSING = fault(
            "SsisProviderNotInstalled",
            Kind.NODE,
            "Couldn't create a managed connection manager: the connection '{connection}' needs {provider}, for which no JDBC driver is installed here.",
            "Put the driver's jar among the program's libraries (for a node: its drivers folder) and start again.",
            "Or give another address for it: --connection '{connection}=jdbc:…', or a connection manager override of the activity.");

    public static final Fault SCRATCH_DISK_FULL = fault(
            "SsisScratchDiskFull",
            Kind.NODE,
            "There is not enough space on the disk of {folder}: the component '{component}' wrote there, {free} bytes are free. This data flow holds {used} bytes of it ({holders}).",
            "Free space on that disk; what this execution wrote is gone with it.",
            "Where the data flow holds most of it, sort or aggregate in the source's query, or give the node more memory or a larger scratch folder.");

    public static final Fault ANALYSIS_SERVICES = fault(
            "SsisAnalysisServicesNotSupported",
            Kind.USER,
            "The connection '{connection}' is one to Analysis Services ({provider}), for which there is no driver on the JVM; no login of it, by password or otherwise, is tried.",
            "Read the model's tables from the database beneath it, by an OLE DB or ADO.NET connection manager.",
            "Or let a Web activity of the pipeline ask the model's REST endpoint with a service principal; a user with multi-factor authentication cannot log in unattended.",
            "Or give an address of a JDBC driver that you have for it: --connection '{connection}=jdbc:…'.");

    public static final Fault IDENTITY_MISSING = fault(
            "SsisManagedIdentityNotThere",
            Kind.NODE,
            "Failed to acquire the connection '{connection}' to {server}: it says ConnectUsingManagedIdentity, and the machine's metadata service at {service} gives no token ({detail}).",
            "Run the package on a machine of Azure that has a managed identity, and let the database know that identity.",
            "Or set ConnectUsingManagedIdentity to False, and give '{connection}.UserName' and '{connection}.Password'.");

    public static final Fault IDENTITY_CONFLICT = fault(
            "SsisManagedIdentityConflict",
            Kind.USER,
            "The connection '{connection}' says ConnectUsingManagedIdentity and Authentication={authentication}, which exclude each other.",
            "Let the connection string use SQL authentication, whose user and password do not count beside the managed identity.",
            "Or set ConnectUsingManagedIdentity to False.");

    public static final Fault CONNECTION_NETWORK = passing(
            "SsisConnectionUnreachable",
            Kind.NETWORK,
            "Failed to acquire the connection '{connection}': {provider} at {server} cannot be reached ({detail}).",
            "Check the server's name and port in the connection manager, and that firewalls let this machine through.",
            "Set ConnectRetryCount and ConnectRetryInterval of the connection manager if it happens now and then.");

    public static final Fault CONNECTION_LOGIN = fault(
            "SsisConnectionLoginRefused",
            Kind.USER,
            "Failed to acquire the connection '{connection}': {provider} at {server} refused the login of {user} ({detail}).",
            "Give user and password by an override: '{connection}.UserName' and '{connection}.Password'.",
            "Integrated security has no Windows logon to pass on here; it needs a Kerberos ticket of this process, or a login with a password.");

    public static final Fault CONNECTION_DATABASE = fault(
            "SsisDatabaseNotFound",
            Kind.USER,
            "Failed to acquire the connection '{connection}': there is no database '{database}' at {server} that {user} may open ({detail}).",
            "Correct Initial Catalog of the connection manager, or grant access to the database.");

    public static final Fault CONNECTION_FAILED = fault(
            "SsisConnectionFailed",
            Kind.SOURCE,
            "Failed to acquire the connection '{connection}' to {provider} at {server}: {detail}.",
            "See the server's own message; correct the connection manager or give an override.");

    public static final Fault CONNECTION_NO_DATABASE = fault(
            "SsisConnectionNoDatabase",
            Kind.USER,
            "The connection '{connection}' is a connection manager of type {type}, which is no database.",
            "Use an OLE DB, ADO.NET or ODBC connection manager, or give an address: --connection '{connection}=jdbc:…'.");

    public static final Fault CONNECTION_LIMIT = passing(
            "SsisConnectionLimitReached",
            Kind.NODE,
            "The connection '{connection}' is open {limit} times already, and none was given back for {seconds} s.",
            "Let fewer tasks of the package run at a time (MaxConcurrentExecutables).");

    public static final Fault TRANSACTION_DISTRIBUTED = fault(
            "SsisTransactionDistributed",
            Kind.USER,
            "The transaction of {container} goes over the connection '{connection}'; the connection '{other}' would make it a distributed one, which is not supported.",
            "Set TransactionOption of the tasks that use '{other}' to NotSupported, or use one connection manager inside the transaction.");

    public static final Fault TRANSACTION_FAILED = fault(
            "SsisTransactionFailed",
            Kind.SINK,
            "The transaction of {container} could not be ended: {detail}.",
            "See the server's own message; nothing of the transaction was kept.");

    public static final Fault SQL_FAILED = fault(
            "SsisSqlFailed",
            Kind.USER,
            "Executing the query of task '{task}' failed: {detail} The statement begins: {statement}",
            "Correct the statement, its parameters or the rights of the connection's user.",
            "T-SQL is sent to the server as it is; a server of another make needs its own statement.");

    public static final Fault SQL_RESULT_INVALID = fault(
            "SsisSqlResultNotValid",
            Kind.USER,
            "The result of task '{task}' cannot be used: {detail}.",
            "Correct the statement, the result set property or the result bindings of the task.");

    public static final Fault PROPERTY_PATH_INVALID = fault(
            "SsisPropertyPathNotValid",
            Kind.USER,
            "The property path '{path}' cannot be used: {detail}.",
            "Write it as SSIS does, e.g. \\Package\\Task.Properties[SqlStatementSource] or \\Package.Variables[User::X].Value.");

    public static final Fault PACKAGE_UNREADABLE = fault(
            "SsisPackageUnreadable",
            Kind.USER,
            "Failed to retrieve the package: '{path}' cannot be read ({detail}).",
            "Check the path, and that the account of this process may read it.",
            "Where the path is a Windows path or a share, say where it is here (--map 'D:\\feeds=/data/feeds').");

    public static final Fault PROCESS_FORBIDDEN = fault(
            "SsisProcessNotAllowed",
            Kind.USER,
            "The task '{task}' starts a program, which the owner of this machine does not allow.",
            "Allow it: --allow-processes for the command, --allow-commands for a node.");

    public static final Fault SCRIPT_FORBIDDEN = fault(
            "SsisScriptNotAllowed",
            Kind.USER,
            "The task '{task}' is a script ({language}; it reads {reads} and writes {writes}), which the owner of this machine does not allow to run.",
            "Allow it: --allow-scripts; C# needs Mono (Debian: 'apt-get install mono-mcs mono-runtime').",
            "Or replace it by an Expression, Execute SQL or File System task.");

    public static final Fault EXECUTION_FAILED = fault(
            "SsisPackageFailed",
            Kind.USER,
            "The package '{package}' failed with {count} errors (execution {execution}, log {log}): {detail}",
            "Correct what the first error names; the log of the execution has all its messages.");

    public static final Fault CONTENT_INVALID = fault(
            "SsisPackageContentNotValid",
            Kind.USER,
            "The content of the package '{package}' cannot be read: {detail}.",
            "Embed the .dtsx file anew: its text, or the compressed text in base64, as the designer does.");

    public static final Fault LOG_UNWRITABLE = fault(
            "SsisLogNotWritable",
            Kind.NODE,
            "The log of the package cannot be written to '{path}' ({detail}).",
            "Check logPath, that the node's owner has mapped it (--ssis-paths), and that the node may write there.");

    public static final Fault SCRIPT_LANGUAGE = fault(
            "SsisScriptLanguageNotSupported",
            Kind.USER,
            "The task '{task}' is a script in {language}, which cannot be run here; it reads {reads} and writes {writes}.",
            "Save the script anew in C#, or replace it by an Expression, Execute SQL or File System task.");

    public static final Fault SCRIPT_HOST_MISSING = fault(
            "SsisScriptHostMissing",
            Kind.NODE,
            "The task '{task}' is a script ({detail}), and Mono, which runs it, is not installed.",
            "Install it (Debian: 'apt-get install mono-mcs mono-runtime libmono-system-data4.0-cil', or mono-devel for every library).");

    public static final Fault SCRIPT_NOT_COMPILED = fault(
            "SsisScriptNotCompiled",
            Kind.USER,
            "The script of task '{task}' cannot be compiled here: {detail}.",
            "Correct the script, or install the library it uses (Debian: mono-devel has those of .NET); libraries of others and windows are not there.");

    public static final Fault SCRIPT_FAILED = fault(
            "SsisScriptFailed",
            Kind.USER,
            "The script of task '{task}' failed: {detail}.",
            "Correct the script, or the variables and connections it works with.");
}
