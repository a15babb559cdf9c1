package dev.sluice.ssis.engine.control;

import dev.sluice.ssis.packages.Limits;
import dev.sluice.ssis.packages.PackagePassword;
import dev.sluice.ssis.packages.PackageReader;
import dev.sluice.ssis.packages.SsisPackage;
import java.nio.charset.StandardCharsets;

/// Packages as their designer would save them, in few words.
public final class PackageText {
    private PackageText() {}

    /// @param attributes of the package's element
    public static SsisPackage of(String name, String attributes, String... inside) {
        return new PackageReader(PackagePassword.NONE, Limits.DEFAULT)
                .read(xml(name, attributes, inside).getBytes(StandardCharsets.UTF_8), name + ".dtsx");
    }

    /// The text of a file.
    public static String xml(String name, String attributes, String... inside) {
        return "<DTS:Executable xmlns:DTS='www.microsoft.com/SqlServer/Dts' DTS:refId='Package' DTS:ObjectName='"
                + name + "' DTS:ProtectionLevel='0' " + attributes
                + "><DTS:Property DTS:Name='PackageFormatVersion'>8</DTS:Property>"
                + String.join("", inside) + "</DTS:Executable>";
    }

    public static String executables(String... inside) {
        return "<DTS:Executables>" + String.join("", inside) + "</DTS:Executables>";
    }

    /// @param path refId without `Package\`
    public static String executable(String path, String type, String attributes, String... inside) {
        String name = path.substring(path.lastIndexOf('\\') + 1);
        return "<DTS:Executable DTS:refId='Package\\" + path + "' DTS:CreationName='" + type + "' DTS:ExecutableType='"
                + type + "' DTS:ObjectName='" + name + "' " + attributes + ">" + String.join("", inside)
                + "</DTS:Executable>";
    }

    public static String task(String path, String attributes) {
        return executable(path, "Test.Task", attributes);
    }

    public static String expression(String path, String statement) {
        return executable(
                path,
                "Microsoft.ExpressionTask",
                "",
                "<DTS:ObjectData><ExpressionTask Expression='"
                        + statement.replace("\"", "&quot;").replace("<", "&lt;") + "'/></DTS:ObjectData>");
    }

    public static String constraints(String... all) {
        return "<DTS:PrecedenceConstraints>" + String.join("", all) + "</DTS:PrecedenceConstraints>";
    }

    public static String after(String from, String to, String attributes) {
        return "<DTS:PrecedenceConstraint DTS:From='Package\\" + from + "' DTS:To='Package\\" + to + "' " + attributes
                + "/>";
    }

    public static String variables(String... all) {
        return "<DTS:Variables>" + String.join("", all) + "</DTS:Variables>";
    }

    public static String variable(String name, int type, String value) {
        return "<DTS:Variable DTS:Namespace='User' DTS:ObjectName='" + name + "'><DTS:VariableValue DTS:DataType='"
                + type + "'>" + value + "</DTS:VariableValue></DTS:Variable>";
    }

    public static String handlers(String event, boolean propagate, String... inside) {
        return "<DTS:EventHandlers><DTS:EventHandler DTS:EventName='" + event
                + "'><DTS:Variables><DTS:Variable DTS:Namespace='System' "
                + "DTS:ObjectName='Propagate'><DTS:VariableValue DTS:DataType='11'>" + (propagate ? "-1" : "0")
                + "</DTS:VariableValue></DTS:Variable></DTS:Variables>" + String.join("", inside)
                + "</DTS:EventHandler></DTS:EventHandlers>";
    }
}
