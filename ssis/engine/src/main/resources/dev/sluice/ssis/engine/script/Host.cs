// The surroundings of scripts, on a runtime that has no SSIS: what Script tasks and Script components share. Compiled
// on the machine together with the script. Talks to the engine in lines: a word and fields in base64, separated by
// blanks.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Data;
using System.Globalization;
using System.IO;
using System.Reflection;
using System.Text;

namespace Sluice.Script
{
    internal static class Wire
    {
        private static readonly object Turn = new object();
        // Takes one line away, its end included.
        internal static Action<string> Out;

        internal static void Send(string word, params string[] fields)
        {
            var line = new StringBuilder(word);
            foreach (var field in fields)
                line.Append(' ').Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(field ?? "")));
            lock (Turn) Out(line.Append('\n').ToString());
        }

        internal static string[] Fields(string line)
        {
            var parts = line.Split(' ');
            for (int i = 1; i < parts.Length; i++)
                parts[i] = Encoding.UTF8.GetString(Convert.FromBase64String(parts[i]));
            return parts;
        }

        internal static object Value(string type, string text)
        {
            var c = CultureInfo.InvariantCulture;
            switch (type)
            {
                case "Null": return null;
                case "String": return text;
                case "Boolean": return text == "true";
                case "Int16": return short.Parse(text, c);
                case "Int32": return int.Parse(text, c);
                case "Int64": return long.Parse(text, c);
                case "UInt32": return uint.Parse(text, c);
                case "UInt64": return ulong.Parse(text, c);
                case "SByte": return sbyte.Parse(text, c);
                case "Byte": return byte.Parse(text, c);
                case "Char": return text.Length == 0 ? '\0' : text[0];
                case "Single": return float.Parse(text, c);
                case "Double": return double.Parse(text, c);
                case "Currency":
                case "Decimal": return decimal.Parse(text, NumberStyles.Float, c);
                case "DateTime": return DateTime.Parse(text, c);
                case "Table": return Table(text);
                default: return text;
            }
        }

        // Rows by line feeds, cells by tabs; each cell is a type, a colon and base64.
        private static DataTable Table(string text)
        {
            var table = new DataTable("Table");
            var lines = text.Split('\n');
            foreach (var name in lines[0].Split('\t'))
                table.Columns.Add(Encoding.UTF8.GetString(Convert.FromBase64String(name)), typeof(object));
            for (int i = 1; i < lines.Length; i++)
            {
                if (lines[i].Length == 0) continue;
                var row = table.NewRow();
                var cells = lines[i].Split('\t');
                for (int j = 0; j < cells.Length; j++)
                {
                    int colon = cells[j].IndexOf(':');
                    row[j] = Value(cells[j].Substring(0, colon),
                        Encoding.UTF8.GetString(Convert.FromBase64String(cells[j].Substring(colon + 1)))) ?? DBNull.Value;
                }
                table.Rows.Add(row);
            }
            return table;
        }

        internal static void SendValue(string name, object value)
        {
            var c = CultureInfo.InvariantCulture;
            if (value == null || value is DBNull) { Send("set", name, "Null", ""); return; }
            if (value is bool) { Send("set", name, "Boolean", (bool)value ? "true" : "false"); return; }
            if (value is DateTime) { Send("set", name, "DateTime", ((DateTime)value).ToString("yyyy-MM-ddTHH:mm:ss.fffffff", c)); return; }
            if (value is string) { Send("set", name, "String", (string)value); return; }
            if (value is DataTable) { SendTable(name, (DataTable)value); return; }
            if (value is DataSet && ((DataSet)value).Tables.Count > 0) { SendTable(name, ((DataSet)value).Tables[0]); return; }
            if (value is IConvertible) { Send("set", name, value.GetType().Name, Convert.ToString(value, c)); return; }
            if (value is IEnumerable)
            {
                var list = new DataTable();
                list.Columns.Add("Value", typeof(object));
                foreach (var item in (IEnumerable)value) list.Rows.Add(item);
                SendTable(name, list);
                return;
            }
            Send("set", name, "String", value.ToString());
        }

        private static string Cell(object value)
        {
            string type = value == null || value is DBNull ? "Null"
                : value is bool ? "Boolean" : value is DateTime ? "DateTime" : value is IConvertible ? value.GetType().Name : "String";
            string text = value == null || value is DBNull ? ""
                : value is bool ? ((bool)value ? "true" : "false")
                : value is DateTime ? ((DateTime)value).ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture)
                : Convert.ToString(value, CultureInfo.InvariantCulture);
            return type + ":" + Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        }

        private static void SendTable(string name, DataTable table)
        {
            var text = new StringBuilder();
            for (int i = 0; i < table.Columns.Count; i++)
                text.Append(i == 0 ? "" : "\t").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(table.Columns[i].ColumnName)));
            foreach (DataRow row in table.Rows)
            {
                text.Append('\n');
                for (int i = 0; i < table.Columns.Count; i++) text.Append(i == 0 ? "" : "\t").Append(Cell(row[i]));
            }
            Send("set", name, "Table", text.ToString());
        }
    }

    // What a script prints is information, not a word of the engine's.
    internal sealed class Printed : TextWriter
    {
        private readonly StringBuilder line = new StringBuilder();
        public override Encoding Encoding { get { return Encoding.UTF8; } }

        public override void Write(char c)
        {
            if (c == '\n') { Wire.Send("print", line.ToString().TrimEnd('\r')); line.Clear(); }
            else line.Append(c);
        }

        public override void Flush()
        {
            if (line.Length > 0) { Wire.Send("print", line.ToString()); line.Clear(); }
        }
    }
}

namespace Microsoft.SqlServer.Dts.Runtime
{
    public enum DTSExecResult { Success = 0, Failure = 1, Completion = 2, Canceled = 3 }

    public class DtsRuntimeException : ApplicationException
    {
        public DtsRuntimeException(string message) : base(message) { }
    }

    public sealed class Variable : Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSVariable100
    {
        private readonly bool writable;
        private object value;
        internal bool Changed;

        internal Variable(string qualified, bool writable, string type, object value)
        {
            QualifiedName = qualified;
            this.writable = writable;
            this.value = value;
            int colons = qualified.IndexOf("::", StringComparison.Ordinal);
            Namespace = colons < 0 ? "User" : qualified.Substring(0, colons);
            Name = colons < 0 ? qualified : qualified.Substring(colons + 2);
            DataType = value == null ? TypeCode.Object : Type.GetTypeCode(value.GetType());
            if (type == "Table") DataType = TypeCode.Object;
        }

        public string QualifiedName { get; private set; }
        public string Name { get; private set; }
        public string Namespace { get; private set; }
        public TypeCode DataType { get; private set; }
        public bool ReadOnly { get { return !writable; } }

        public object Value
        {
            get { return value; }
            set
            {
                if (!writable)
                    throw new DtsRuntimeException("The variable " + QualifiedName + " was not listed among ReadWriteVariables and cannot be changed (0xC0014054).");
                this.value = value;
                Changed = true;
            }
        }
    }

    public sealed class Variables : Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSVariables100
    {
        internal readonly List<Variable> All = new List<Variable>();

        internal void Put(string name, bool writable, string type, object value) { All.Add(new Variable(name, writable, type, value)); }

        private Variable Find(string name)
        {
            foreach (var v in All)
                if (v.QualifiedName == name || v.Name == name) return v;
            return null;
        }

        public bool Contains(object name) { return Find(Convert.ToString(name)) != null; }
        public int Count { get { return All.Count; } }
        public bool Locked { get { return true; } }
        public void Unlock() { }
        public IEnumerator GetEnumerator() { return All.GetEnumerator(); }

        Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSVariable100 Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSVariables100.this[object index] { get { return this[index]; } }

        public Variable this[object index]
        {
            get
            {
                if (index is int) return All[(int)index];
                var found = Find(Convert.ToString(index));
                if (found == null)
                    throw new DtsRuntimeException("The element cannot be found in a collection: the variable " + index + " was not listed for the script, or does not exist (0xC0010009).");
                return found;
            }
        }
    }

    public sealed class VariableDispenser : Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSVariableDispenser100
    {
        private readonly Variables all;
        private readonly List<string> locked = new List<string>();
        internal VariableDispenser(Variables all) { this.all = all; }

        public void LockForRead(string name) { var v = all[name]; locked.Add(name); }
        public void LockForWrite(string name) { var v = all[name]; locked.Add(name); }
        public void LockOneForRead(string name, ref Variables variables) { LockForRead(name); variables = all; }
        public void LockOneForWrite(string name, ref Variables variables) { LockForWrite(name); variables = all; }
        public void GetVariables(ref Variables variables) { variables = all; locked.Clear(); }
        void Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSVariableDispenser100.LockOneForRead(string name, ref Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSVariables100 variables) { LockForRead(name); variables = all; }
        void Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSVariableDispenser100.LockOneForWrite(string name, ref Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSVariables100 variables) { LockForWrite(name); variables = all; }
        void Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSVariableDispenser100.GetVariables(out Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSVariables100 variables) { variables = all; locked.Clear(); }
        public bool Contains(string name) { return all.Contains(name); }
        public void Reset() { locked.Clear(); }
    }

    public sealed class ConnectionManager : Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSConnectionManager100
    {
        internal ConnectionManager(string name, string id, string type, string text)
        {
            Name = name;
            ID = id;
            CreationName = type;
            ConnectionString = text;
        }

        public string Name { get; private set; }
        public string ID { get; private set; }
        public string CreationName { get; private set; }
        public string ConnectionString { get; set; }

        public object AcquireConnection(object transaction)
        {
            if (CreationName.StartsWith("ADO.NET", StringComparison.Ordinal))
            {
                var connection = new System.Data.SqlClient.SqlConnection(ConnectionString);
                connection.Open();
                return connection;
            }
            if (CreationName == "FILE" || CreationName == "FLATFILE") return ConnectionString;
            throw new DtsRuntimeException("The connection manager " + Name + " of type " + CreationName + " cannot be acquired by a script; use an ADO.NET connection manager.");
        }

        public void ReleaseConnection(object connection)
        {
            var disposable = connection as IDisposable;
            if (disposable != null) disposable.Dispose();
        }
    }

    public sealed class Connections : IEnumerable
    {
        private readonly List<ConnectionManager> all = new List<ConnectionManager>();
        internal void Put(string name, string id, string type, string text) { all.Add(new ConnectionManager(name, id, type, text)); }
        public int Count { get { return all.Count; } }
        public IEnumerator GetEnumerator() { return all.GetEnumerator(); }
        public bool Contains(object name) { return all.Exists(c => c.Name == Convert.ToString(name)); }

        public ConnectionManager this[object index]
        {
            get
            {
                if (index is int) return all[(int)index];
                var name = Convert.ToString(index);
                var found = all.Find(c => c.Name == name || c.ID == name);
                if (found == null) throw new DtsRuntimeException("The connection \"" + name + "\" is not found (0xC001000E).");
                return found;
            }
        }
    }
}

// The same things as the interfaces of the wrapper assembly, which Script components are given.
namespace Microsoft.SqlServer.Dts.Runtime.Wrapper
{
    public interface IDTSVariable100
    {
        string Name { get; }
        string Namespace { get; }
        string QualifiedName { get; }
        TypeCode DataType { get; }
        object Value { get; set; }
    }

    public interface IDTSVariables100 : IEnumerable
    {
        int Count { get; }
        bool Locked { get; }
        bool Contains(object name);
        void Unlock();
        IDTSVariable100 this[object index] { get; }
    }

    public interface IDTSVariableDispenser100
    {
        void LockForRead(string name);
        void LockForWrite(string name);
        void LockOneForRead(string name, ref IDTSVariables100 variables);
        void LockOneForWrite(string name, ref IDTSVariables100 variables);
        void GetVariables(out IDTSVariables100 variables);
        bool Contains(string name);
        void Reset();
    }

    public interface IDTSConnectionManager100
    {
        string Name { get; }
        string ID { get; }
        string ConnectionString { get; set; }
        object AcquireConnection(object transaction);
        void ReleaseConnection(object connection);
    }
}

// Scripts that the designer made begin with this name; a machine without a desktop has no windows.
namespace System.Windows.Forms
{
    public enum DialogResult { None, OK, Cancel, Abort, Retry, Ignore, Yes, No }
    public enum MessageBoxButtons { OK, OKCancel, AbortRetryIgnore, YesNoCancel, YesNo, RetryCancel }
    public enum MessageBoxIcon { None, Hand, Question, Exclamation, Asterisk, Stop, Error, Warning, Information }

    public static class MessageBox
    {
        private static DialogResult Refuse(string text)
        {
            throw new InvalidOperationException("Showing a modal dialog box or form when the application is not running in UserInteractive mode is not a valid operation (the script wanted to show: " + text + ").");
        }

        public static DialogResult Show(string text) { return Refuse(text); }
        public static DialogResult Show(string text, string caption) { return Refuse(text); }
        public static DialogResult Show(string text, string caption, MessageBoxButtons buttons) { return Refuse(text); }
        public static DialogResult Show(string text, string caption, MessageBoxButtons buttons, MessageBoxIcon icon) { return Refuse(text); }
    }
}
