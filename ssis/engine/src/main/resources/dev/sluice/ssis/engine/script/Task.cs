// A Script task: main(), and what its script knows as Dts.
using System;
using System.Globalization;
using System.IO;
using System.Reflection;
using System.Text;

namespace Sluice.Script
{
    internal static class Program
    {
        private static int Main()
        {
            Console.OutputEncoding = new UTF8Encoding(false);
            var engine = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
            Wire.Out = line => { engine.Write(line); engine.Flush(); };
            var printed = new Printed();
            Console.SetOut(printed);
            Console.SetError(printed);
            var dts = new Microsoft.SqlServer.Dts.Tasks.ScriptTask.ScriptObjectModel();
            string entry = "Main";
            string said;
            while ((said = Console.In.ReadLine()) != null && said != "run")
            {
                var f = Wire.Fields(said);
                if (f[0] == "var") dts.Variables.Put(f[1], f[2] == "write", f[3], Wire.Value(f[3], f[4]));
                else if (f[0] == "con") dts.Connections.Put(f[1], f[2], f[3], f[4]);
                else if (f[0] == "entry") entry = f[1];
            }
            try
            {
                Type main = null;
                foreach (var type in Assembly.GetExecutingAssembly().GetTypes())
                    if (!type.IsAbstract && typeof(Microsoft.SqlServer.Dts.Tasks.ScriptTask.VSTARTScriptObjectModelBase).IsAssignableFrom(type)) main = type;
                if (main == null) { Wire.Send("fail", "there is no class derived from VSTARTScriptObjectModelBase"); return 0; }
                var method = main.GetMethod(entry, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
                if (method == null) { Wire.Send("fail", "there is no method " + entry); return 0; }
                var script = (Microsoft.SqlServer.Dts.Tasks.ScriptTask.VSTARTScriptObjectModelBase)Activator.CreateInstance(main);
                script.Dts = dts;
                method.Invoke(script, null);
                printed.Flush();
                foreach (var variable in dts.Variables.All)
                    if (variable.Changed) Wire.SendValue(variable.QualifiedName, variable.Value);
                if (dts.ExecutionValue != null) Wire.SendValue("", dts.ExecutionValue);
                Wire.Send("end", dts.TaskResult.ToString(CultureInfo.InvariantCulture));
            }
            catch (Exception e)
            {
                printed.Flush();
                while (e is TargetInvocationException && e.InnerException != null) e = e.InnerException;
                Wire.Send("fail", e.ToString());
            }
            return 0;
        }
    }
}

namespace Microsoft.SqlServer.Dts.Tasks.ScriptTask
{
    using Microsoft.SqlServer.Dts.Runtime;

    [AttributeUsage(AttributeTargets.All)]
    public sealed class SSISScriptTaskEntryPointAttribute : Attribute { }

    public sealed class EventsObjectWrapper
    {
        private static string N(int n) { return n.ToString(CultureInfo.InvariantCulture); }

        public void FireInformation(int code, string subComponent, string description, string helpFile, int helpContext, ref bool fireAgain) { Sluice.Script.Wire.Send("information", N(code), subComponent, description); }
        public void FireWarning(int code, string subComponent, string description, string helpFile, int helpContext) { Sluice.Script.Wire.Send("warning", N(code), subComponent, description); }
        public bool FireError(int code, string subComponent, string description, string helpFile, int helpContext) { Sluice.Script.Wire.Send("error", N(code), subComponent, description); return true; }
        public void FireProgress(string description, int percent, int high, int low, string subComponent, ref bool fireAgain) { Sluice.Script.Wire.Send("progress", N(percent), subComponent, description); }
        public bool FireQueryCancel() { return false; }
        public void FireCustomEvent(string name, string text, ref object[] arguments, string subComponent, ref bool fireAgain) { Sluice.Script.Wire.Send("information", "0", subComponent, name + ": " + text); }
    }

    public sealed class ScriptObjectModel
    {
        public ScriptObjectModel()
        {
            Variables = new Variables();
            Connections = new Connections();
            Events = new EventsObjectWrapper();
            VariableDispenser = new VariableDispenser(Variables);
        }

        public Variables Variables { get; private set; }
        public Connections Connections { get; private set; }
        public EventsObjectWrapper Events { get; private set; }
        public VariableDispenser VariableDispenser { get; private set; }
        public int TaskResult { get; set; }
        public object ExecutionValue { get; set; }
        public object Transaction { get { return null; } }
        public void Log(string text, int code, byte[] data) { Sluice.Script.Wire.Send("log", code.ToString(CultureInfo.InvariantCulture), "", text); }
    }

    public class VSTARTScriptObjectModelBase
    {
        public ScriptObjectModel Dts { get; internal set; }
        protected virtual void Dispose(bool disposing) { }
    }
}
