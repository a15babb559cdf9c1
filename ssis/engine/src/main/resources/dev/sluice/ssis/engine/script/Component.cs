// A Script component: main(), and what its script is derived from. Rows come and go in frames on standard input and
// output: length (4 bytes, little endian), kind (1 byte), content; columns as arrays. The classes that the designer
// would generate from the component's columns (Input0Buffer, UserComponent …) the engine writes anew for these.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Reflection;
using System.Text;
using Microsoft.SqlServer.Dts.Pipeline;

namespace Sluice.Script
{
    // Writes one frame.
    internal sealed class Frame
    {
        private static readonly Stream Out = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        private readonly MemoryStream content = new MemoryStream();
        private readonly BinaryWriter writer;

        internal Frame() { writer = new BinaryWriter(content); }

        internal Frame Byte(int value) { writer.Write((byte)value); return this; }
        internal Frame Int(int value) { writer.Write(value); return this; }
        internal Frame Bytes(byte[] value, int count) { writer.Write(value, 0, count); return this; }

        internal Frame Array(Array values, int bytes)
        {
            var copy = new byte[bytes];
            Buffer.BlockCopy(values, 0, copy, 0, bytes);
            writer.Write(copy);
            return this;
        }

        internal void Send(char kind)
        {
            writer.Flush();
            lock (Out)
            {
                Out.Write(BitConverter.GetBytes((int)content.Length), 0, 4);
                Out.WriteByte((byte)kind);
                content.WriteTo(Out);
                Out.Flush();
            }
        }

        internal static void Text(string line)
        {
            var bytes = Encoding.UTF8.GetBytes(line);
            new Frame().Bytes(bytes, bytes.Length).Send('T');
        }
    }

    internal static class Program
    {
        private static ScriptComponent script;

        private static int Main()
        {
            Wire.Out = Frame.Text;
            var printed = new Printed();
            var input = new BinaryReader(new BufferedStream(Console.OpenStandardInput(), 1 << 16));
            Console.SetOut(printed);
            Console.SetError(printed);
            var meta = new ComponentMetaData();
            var variables = new Microsoft.SqlServer.Dts.Runtime.Variables();
            var connections = new Dictionary<string, Microsoft.SqlServer.Dts.Runtime.ConnectionManager>();
            try
            {
                while (true)
                {
                    int length = input.ReadInt32();
                    char kind = (char)input.ReadByte();
                    if (kind == 'T') Told(Encoding.UTF8.GetString(input.ReadBytes(length)).TrimEnd('\n'), meta, variables, connections);
                    else if (kind == 'S') Begin(meta, variables, connections);
                    else if (kind == 'B') Rows(input);
                    else if (kind == 'E') script.Feed(input.ReadInt32(), 0, true);
                    else if (kind == 'F') break;
                }
                script.FinishOutputs();
                script.FlushAll();
                script.Post = true;
                script.PostExecute();
                script.ReleaseConnections();
                printed.Flush();
                foreach (var variable in variables.All)
                    if (variable.Changed) Wire.SendValue(variable.QualifiedName, variable.Value);
                Wire.Send("end", "0");
            }
            catch (EndOfStreamException)
            {
                return 1;
            }
            catch (Exception e)
            {
                printed.Flush();
                while (e is TargetInvocationException && e.InnerException != null) e = e.InnerException;
                Wire.Send("fail", e.ToString());
            }
            return 0;
        }

        private static void Told(string line, ComponentMetaData meta, Microsoft.SqlServer.Dts.Runtime.Variables variables, Dictionary<string, Microsoft.SqlServer.Dts.Runtime.ConnectionManager> connections)
        {
            var f = Wire.Fields(line);
            if (f[0] == "var") variables.Put(f[1], f[2] == "write", f[3], Wire.Value(f[3], f[4]));
            else if (f[0] == "con") connections[f[1]] = new Microsoft.SqlServer.Dts.Runtime.ConnectionManager(f[2], f[3], f[4], f[5]);
            else if (f[0] == "name") meta.Name = f[1];
            else if (f[0] == "error") meta.Errors[int.Parse(f[1], CultureInfo.InvariantCulture)] = f[2];
            else if (f[0] == "column") meta.Columns[int.Parse(f[1], CultureInfo.InvariantCulture)] = f[2];
        }

        private static void Begin(ComponentMetaData meta, Microsoft.SqlServer.Dts.Runtime.Variables variables, Dictionary<string, Microsoft.SqlServer.Dts.Runtime.ConnectionManager> connections)
        {
            Type main = null;
            foreach (var type in Assembly.GetExecutingAssembly().GetTypes())
                if (!type.IsAbstract && typeof(ScriptComponent).IsAssignableFrom(type) && (main == null || type.IsSubclassOf(main))) main = type;
            if (main == null) throw new InvalidOperationException("there is no class derived from UserComponent");
            script = (ScriptComponent)Activator.CreateInstance(main);
            script.Meta = meta;
            script.All = variables;
            script.Managers = connections;
            script.Inputs();
            script.AcquireConnections(null);
            script.PreExecute();
            script.CreateNewOutputRows();
        }

        private static void Rows(BinaryReader input)
        {
            int number = input.ReadInt32();
            int rows = input.ReadInt32();
            script.Input(number).Read(input, rows);
            script.Feed(number, rows, false);
        }
    }
}

namespace Microsoft.SqlServer.Dts.Pipeline
{
    using Sluice.Script;
    using Microsoft.SqlServer.Dts.Pipeline.Wrapper;
    using Microsoft.SqlServer.Dts.Runtime.Wrapper;

    [AttributeUsage(AttributeTargets.All)]
    public sealed class SSISScriptComponentEntryPointAttribute : Attribute { }

    public class ColumnIsNullException : ApplicationException
    {
        public ColumnIsNullException(string column) : base("The column has a null value (" + column + ").") { }
    }

    public class DoesNotFitBufferException : ApplicationException
    {
        public DoesNotFitBufferException(string column) : base("The value is too large to fit in the column data area of the buffer (" + column + ").") { }
    }

    // Values of long texts and images.
    public sealed class BlobColumn
    {
        private readonly Column column;
        private readonly ScriptBuffer buffer;

        internal BlobColumn(Column column, ScriptBuffer buffer)
        {
            this.column = column;
            this.buffer = buffer;
        }

        private byte[] Value
        {
            get { return column.IsNull(buffer.At) ? new byte[0] : column.RawBytes(buffer.At); }
            set { column.SetRaw(buffer.At, value); }
        }

        // DT_NTEXT counts in the bytes of UTF-16, as its blobs are.
        public uint Length { get { return (uint)Value.Length; } }
        public bool IsNull { get { return column.IsNull(buffer.At); } }
        public byte[] GetBlobData(int offset, int count)
        {
            var all = Value;
            var part = new byte[Math.Max(0, Math.Min(count, all.Length - offset))];
            Buffer.BlockCopy(all, offset, part, 0, part.Length);
            return part;
        }

        public void AddBlobData(byte[] data) { AddBlobData(data, data.Length); }

        public void AddBlobData(byte[] data, int count)
        {
            var old = Value;
            var joined = new byte[old.Length + count];
            Buffer.BlockCopy(old, 0, joined, 0, old.Length);
            Buffer.BlockCopy(data, 0, joined, old.Length, count);
            Value = joined;
        }

        public void ResetBlobData() { Value = new byte[0]; }
        public void SetNull() { column.SetNull(buffer.At); }
    }

    // One column of some rows. Form: I 32-bit, L 64-bit, D double, W 128-bit, B bytes.
    public sealed class Column
    {
        private const long Epoch = 621355968000000000L;
        internal readonly string Name;
        private readonly string type;
        private readonly char form;
        private readonly int length;
        private readonly int scale;
        internal bool Written;
        private byte[] nulls;
        private int[] ints;
        private long[] longs;
        private long[] high;
        private double[] doubles;
        private int[] offsets;
        private byte[] data;
        private object[] objects;

        public Column(string name, string type, char form, int length, int scale)
        {
            Name = name;
            this.type = type;
            this.form = form;
            this.length = length;
            this.scale = scale;
        }

        internal void Room(int rows)
        {
            nulls = new byte[rows];
            if (form == 'I') ints = new int[rows];
            else if (form == 'D') doubles = new double[rows];
            else if (form == 'B') objects = new object[rows];
            else longs = new long[rows];
            if (form == 'W') high = new long[rows];
            Written = true;
        }

        internal void Clear(int row) { nulls[row] = 1; if (objects != null) objects[row] = null; }

        internal void Read(BinaryReader input, int rows)
        {
            Written = false;
            objects = null;
            nulls = input.ReadByte() == 0 ? new byte[rows] : input.ReadBytes(rows);
            if (form == 'I') ints = (int[])Fill(input, new int[rows], 4 * rows);
            else if (form == 'D') doubles = (double[])Fill(input, new double[rows], 8 * rows);
            else if (form == 'B')
            {
                offsets = (int[])Fill(input, new int[rows + 1], 4 * rows + 4);
                data = input.ReadBytes(offsets[rows]);
            }
            else
            {
                if (form == 'W') high = (long[])Fill(input, new long[rows], 8 * rows);
                longs = (long[])Fill(input, new long[rows], 8 * rows);
            }
        }

        private static Array Fill(BinaryReader input, Array array, int bytes)
        {
            var read = input.ReadBytes(bytes);
            if (read.Length < bytes) throw new EndOfStreamException();
            Buffer.BlockCopy(read, 0, array, 0, bytes);
            return array;
        }

        internal void Write(Frame frame, int rows)
        {
            frame.Byte(1).Bytes(nulls, rows);
            if (form == 'I') frame.Array(ints, 4 * rows);
            else if (form == 'D') frame.Array(doubles, 8 * rows);
            else if (form == 'B') WriteBytes(frame, rows);
            else
            {
                if (form == 'W') frame.Array(high, 8 * rows);
                frame.Array(longs, 8 * rows);
            }
        }

        private void WriteBytes(Frame frame, int rows)
        {
            var ends = new int[rows + 1];
            var all = new MemoryStream();
            var one = new byte[256];
            for (int row = 0; row < rows; row++)
            {
                object value = nulls[row] != 0 ? null : objects[row];
                var text = value as string;
                if (text != null)
                {
                    int most = 3 * text.Length;
                    if (one.Length < most) one = new byte[most];
                    all.Write(one, 0, Encoding.UTF8.GetBytes(text, 0, text.Length, one, 0));
                }
                else if (value != null)
                {
                    var bytes = (byte[])value;
                    all.Write(bytes, 0, bytes.Length);
                }
                ends[row + 1] = (int)all.Length;
            }
            frame.Array(ends, 4 * rows + 4).Bytes(all.GetBuffer(), (int)all.Length);
        }

        // Texts that came in bytes become objects when one of them is replaced.
        private void Writing()
        {
            if (Written) return;
            Written = true;
            if (form != 'B') return;
            var made = new object[nulls.Length];
            for (int row = 0; row < made.Length; row++)
                if (nulls[row] == 0) made[row] = Stored(row);
            objects = made;
        }

        private byte[] Stored(int row)
        {
            if (objects != null)
            {
                var text = objects[row] as string;
                return text != null ? Encoding.UTF8.GetBytes(text) : (byte[])objects[row];
            }
            var bytes = new byte[offsets[row + 1] - offsets[row]];
            Buffer.BlockCopy(data, offsets[row], bytes, 0, bytes.Length);
            return bytes;
        }

        internal bool IsNull(int row) { return nulls[row] != 0; }
        internal void SetNull(int row) { Writing(); nulls[row] = 1; }

        private void There(int row) { if (nulls[row] != 0) throw new ColumnIsNullException(Name); }
        private void Now(int row) { if (!Written) Writing(); nulls[row] = 0; }

        internal long Whole(int row) { There(row); return ints != null ? ints[row] : longs[row]; }
        internal void Whole(int row, long value) { Now(row); if (ints != null) ints[row] = (int)value; else longs[row] = value; }

        internal double Real(int row) { There(row); return doubles[row]; }
        internal void Real(int row, double value) { Now(row); doubles[row] = value; }

        internal string Text(int row)
        {
            There(row);
            if (objects == null) return Encoding.UTF8.GetString(data, offsets[row], offsets[row + 1] - offsets[row]);
            return objects[row] as string ?? Encoding.UTF8.GetString((byte[])objects[row]);
        }

        internal void Text(int row, string value)
        {
            if (value == null) { SetNull(row); return; }
            if (length > 0 && value.Length > length) throw new DoesNotFitBufferException(Name);
            Now(row);
            objects[row] = value;
        }

        internal byte[] Bytes(int row) { There(row); return Stored(row); }

        internal void Bytes(int row, byte[] value)
        {
            if (value == null) { SetNull(row); return; }
            if (length > 0 && value.Length > length) throw new DoesNotFitBufferException(Name);
            Now(row);
            objects[row] = value;
        }

        internal byte[] RawBytes(int row) { return type == "ntext" ? Encoding.Unicode.GetBytes(Text(row)) : Bytes(row); }

        internal void SetRaw(int row, byte[] value)
        {
            if (type == "ntext") Text(row, Encoding.Unicode.GetString(value));
            else Bytes(row, value);
        }

        internal Guid Guid(int row)
        {
            var hex = new StringBuilder();
            foreach (var b in Bytes(row)) hex.Append(b.ToString("x2"));
            return new Guid(hex.ToString());
        }

        internal void Guid(int row, Guid value)
        {
            var hex = value.ToString("N");
            var bytes = new byte[16];
            for (int i = 0; i < 16; i++) bytes[i] = Convert.ToByte(hex.Substring(2 * i, 2), 16);
            Now(row);
            objects[row] = bytes;
        }

        internal DateTime Moment(int row)
        {
            There(row);
            return ints != null ? new DateTime(Epoch + ints[row] * TimeSpan.TicksPerDay) : new DateTime(Epoch + longs[row]);
        }

        internal void Moment(int row, DateTime value)
        {
            Now(row);
            long ticks = value.Ticks - Epoch;
            if (ints != null) ints[row] = (int)Math.Floor((double)ticks / TimeSpan.TicksPerDay);
            else longs[row] = ticks;
        }

        internal TimeSpan Span(int row) { There(row); return new TimeSpan(longs[row]); }
        internal void Span(int row, TimeSpan value) { Now(row); longs[row] = value.Ticks; }

        internal DateTimeOffset Offset(int row)
        {
            var b = Bytes(row);
            long utc = 0;
            for (int i = 0; i < 8; i++) utc = utc << 8 | b[i];
            utc ^= long.MinValue;
            var offset = TimeSpan.FromMinutes((short)(b[8] << 8 | b[9]));
            return new DateTimeOffset(Epoch + utc + offset.Ticks, offset);
        }

        internal void Offset(int row, DateTimeOffset value)
        {
            long utc = (value.UtcTicks - Epoch) ^ long.MinValue;
            short minutes = (short)value.Offset.TotalMinutes;
            var b = new byte[10];
            for (int i = 7; i >= 0; i--) { b[i] = (byte)utc; utc >>= 8; }
            b[8] = (byte)(minutes >> 8);
            b[9] = (byte)minutes;
            Now(row);
            objects[row] = b;
        }

        internal decimal Exact(int row)
        {
            There(row);
            long low = longs[row];
            long up = high != null ? high[row] : low >> 63;
            bool negative = up < 0;
            if (negative)
            {
                low = ~low + 1;
                up = ~up + (low == 0 ? 1 : 0);
            }
            if (up < 0 || up > uint.MaxValue || scale > 28) throw new OverflowException("The value of the column " + Name + " has more digits than a decimal of a script.");
            return new decimal((int)low, (int)(low >> 32), (int)up, negative, (byte)scale);
        }

        internal void Exact(int row, decimal value)
        {
            decimal rounded = decimal.Round(value, Math.Min(scale, 28), MidpointRounding.AwayFromZero);
            var bits = decimal.GetBits(rounded);
            int digits = (bits[3] >> 16) & 0xff;
            // 128 bits in four parts of 32; what is missing of the scale is multiplied in.
            ulong a = (uint)bits[0], b = (uint)bits[1], c = (uint)bits[2], d = 0;
            for (; digits < scale; digits++)
            {
                a *= 10;
                b = b * 10 + (a >> 32);
                c = c * 10 + (b >> 32);
                d = d * 10 + (c >> 32);
                a &= uint.MaxValue;
                b &= uint.MaxValue;
                c &= uint.MaxValue;
                if (d > int.MaxValue) throw new DoesNotFitBufferException(Name);
            }
            long low = (long)(a | b << 32);
            long up = (long)(c | d << 32);
            if (high == null && (up != 0 || low < 0)) throw new DoesNotFitBufferException(Name);
            if (bits[3] < 0)
            {
                low = ~low + 1;
                up = ~up + (low == 0 ? 1 : 0);
            }
            Now(row);
            longs[row] = low;
            if (high != null) high[row] = up;
        }
    }

    // Rows that came, or rows that are made.
    public abstract class ScriptBuffer
    {
        private const int Most = 8192;
        private const int MostBytes = 8 << 20;
        internal Column[] Columns;
        // Of an input: columns that its synchronous outputs add.
        internal Column[] Added = new Column[0];
        // Of an input: synchronous outputs that take only the rows that are led there, and the group of each.
        internal string[] Directed = new string[0];
        internal int[] Groups = new int[0];
        internal byte[][] Led;
        internal int Number;
        internal int At = -1;
        internal int Rows;
        internal bool Over;
        private bool making;

        internal void Read(BinaryReader input, int rows)
        {
            Rows = rows;
            At = -1;
            foreach (var c in Columns) c.Read(input, rows);
            foreach (var c in Added)
            {
                c.Room(rows);
                for (int row = 0; row < rows; row++) c.Clear(row);
            }
            Led = new byte[Directed.Length][];
            for (int i = 0; i < Led.Length; i++) Led[i] = new byte[rows];
        }

        // What became of the rows: where they were led, changed columns, added columns.
        internal void Answer()
        {
            var frame = new Frame().Int(Number).Int(Rows);
            foreach (var led in Led) frame.Bytes(led, Rows);
            foreach (var c in Columns)
                if (c.Written) c.Write(frame, Rows);
                else frame.Byte(0);
            foreach (var c in Added) c.Write(frame, Rows);
            frame.Send('R');
        }

        internal void Make()
        {
            making = true;
            foreach (var c in Columns) c.Room(Most);
        }

        internal void Flush()
        {
            if (!making || Rows == 0) return;
            var frame = new Frame().Int(Number).Int(Rows);
            foreach (var c in Columns) c.Write(frame, Rows);
            frame.Send('B');
            Rows = 0;
            At = -1;
            Heavy = 0;
        }

        internal int Heavy;

        public bool NextRow()
        {
            if (At + 1 >= Rows) return false;
            At++;
            return true;
        }

        public bool EndOfRowset() { return Over; }
        public void SetEndOfRowset() { Flush(); Over = true; }

        public void AddRow()
        {
            if (Rows == Most || Heavy > MostBytes) Flush();
            At = Rows++;
            foreach (var c in Columns) c.Clear(At);
        }

        public bool IsNull(int column) { return Columns[column].IsNull(Here()); }
        public void SetNull(int column) { Columns[column].SetNull(Here()); }

        protected void DirectRow(string output)
        {
            for (int i = 0; i < Directed.Length; i++)
            {
                if (Directed[i] == output)
                {
                    for (int k = 0; k < Directed.Length; k++)
                        if (Groups[k] == Groups[i]) Led[k][At] = 0;
                    Led[i][Here()] = 1;
                }
            }
        }

        // The row that is looked at or made.
        protected internal int Here()
        {
            if (At < 0) throw new InvalidOperationException(making ? "AddRow() comes before the columns of the row." : "NextRow() comes before the columns of the row.");
            return At;
        }

        protected void Weigh(int bytes) { Heavy += bytes; }

        public void Dispose() { }
    }

    // What a script reaches as ComponentMetaData.
    public sealed class ComponentMetaData : IDTSComponentMetaData130
    {
        internal readonly Dictionary<int, string> Errors = new Dictionary<int, string>();
        internal readonly Dictionary<int, string> Columns = new Dictionary<int, string>();
        public string Name { get; set; }
        public string Description { get { return ""; } }

        private static string N(int n) { return n.ToString(CultureInfo.InvariantCulture); }

        public void FireError(int code, string subComponent, string description, string helpFile, int helpContext, out bool cancel) { cancel = false; Sluice.Script.Wire.Send("error", N(code), subComponent, description); }
        public void FireWarning(int code, string subComponent, string description, string helpFile, int helpContext) { Sluice.Script.Wire.Send("warning", N(code), subComponent, description); }
        public void FireInformation(int code, string subComponent, string description, string helpFile, int helpContext, ref bool fireAgain) { Sluice.Script.Wire.Send("information", N(code), subComponent, description); }
        public void FireProgress(string description, int percent, int high, int low, string subComponent, ref bool fireAgain) { Sluice.Script.Wire.Send("progress", N(percent), subComponent, description); }
        public void FireCustomEvent(string name, string text, ref object[] arguments, string subComponent, ref bool fireAgain) { Sluice.Script.Wire.Send("information", "0", subComponent, name + ": " + text); }
        public void PostLogMessage(string eventName, string source, string message, DateTime start, DateTime end, int code, ref byte[] data) { Sluice.Script.Wire.Send("log", N(code), source, message); }

        public string GetErrorDescription(int code)
        {
            string text;
            return Errors.TryGetValue(code, out text) ? text : "Unknown error code 0x" + code.ToString("X8", CultureInfo.InvariantCulture) + ".";
        }

        public string GetIdentificationStringByID(int id) { return GetIdentificationStringByLineageID(id); }

        public string GetIdentificationStringByLineageID(int id)
        {
            string text;
            return Columns.TryGetValue(id, out text) ? text : "";
        }
    }

    public abstract class ScriptComponent
    {
        internal ComponentMetaData Meta;
        internal Microsoft.SqlServer.Dts.Runtime.Variables All;
        internal Dictionary<string, Microsoft.SqlServer.Dts.Runtime.ConnectionManager> Managers;
        internal bool Post;
        internal ScriptBuffer[] Come = new ScriptBuffer[0];
        internal ScriptBuffer[] Made = new ScriptBuffer[0];

        public IDTSComponentMetaData130 ComponentMetaData { get { return Meta; } }
        public IDTSVariables100 ReadOnlyVariables { get { return All; } }
        public IDTSVariableDispenser100 VariableDispenser { get { return new Microsoft.SqlServer.Dts.Runtime.VariableDispenser(All); } }

        public IDTSVariables100 ReadWriteVariables
        {
            get
            {
                if (!Post) throw new InvalidOperationException("The collection of variables locked for read and write access is not available outside of PostExecute.");
                return All;
            }
        }

        internal abstract void Inputs();
        internal abstract void Process(int input, ScriptBuffer buffer);
        internal ScriptBuffer Input(int number) { return Come[number]; }

        internal void Feed(int number, int rows, bool over)
        {
            var buffer = Come[number];
            if (over) { buffer.Over = true; buffer.Rows = 0; buffer.At = -1; }
            Process(number, buffer);
            if (!over) buffer.Answer();
            FlushAll();
        }

        internal void FlushAll() { foreach (var made in Made) made.Flush(); }

        public virtual void AcquireConnections(object transaction) { }
        public virtual void ReleaseConnections() { }
        public virtual void PreExecute() { }
        public virtual void PostExecute() { }
        public virtual void CreateNewOutputRows() { }
        public virtual void FinishOutputs() { }
        public void Log(string text, int code, byte[] data) { Sluice.Script.Wire.Send("log", code.ToString(CultureInfo.InvariantCulture), "", text); }
    }
}

namespace Microsoft.SqlServer.Dts.Pipeline.Wrapper
{
    public interface IDTSComponentMetaData100
    {
        string Name { get; }
        string Description { get; }
        void FireError(int code, string subComponent, string description, string helpFile, int helpContext, out bool cancel);
        void FireWarning(int code, string subComponent, string description, string helpFile, int helpContext);
        void FireInformation(int code, string subComponent, string description, string helpFile, int helpContext, ref bool fireAgain);
        void FireProgress(string description, int percent, int high, int low, string subComponent, ref bool fireAgain);
        void FireCustomEvent(string name, string text, ref object[] arguments, string subComponent, ref bool fireAgain);
        void PostLogMessage(string eventName, string source, string message, DateTime start, DateTime end, int code, ref byte[] data);
        string GetErrorDescription(int code);
    }

    public interface IDTSComponentMetaData130 : IDTSComponentMetaData100
    {
        string GetIdentificationStringByID(int id);
        string GetIdentificationStringByLineageID(int id);
    }
}
