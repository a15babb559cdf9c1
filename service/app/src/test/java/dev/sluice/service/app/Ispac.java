package dev.sluice.service.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A project archive as Visual Studio builds it, as far as a catalog looks.
final class Ispac {
    private Ispac() {}

    /// A project `Sales` with the parameters `Rows` (Int32, 7) and `Password` (sensitive) and the package
    /// `Load.dtsx`, which has the required parameter `Day`.
    ///
    /// @param build goes into the version
    static byte[] sales(int build) throws IOException {
        return zip("@Project.manifest", """
            <SSIS:Project SSIS:ProtectionLevel="DontSaveSensitive" xmlns:SSIS="www.microsoft.com/SqlServer/SSIS">
              <SSIS:Properties><SSIS:Property SSIS:Name="Name">Sales</SSIS:Property>
                <SSIS:Property SSIS:Name="VersionMajor">1</SSIS:Property><SSIS:Property SSIS:Name="VersionMinor">0</SSIS:Property>
                <SSIS:Property SSIS:Name="VersionBuild">%d</SSIS:Property></SSIS:Properties>
              <SSIS:Packages><SSIS:Package SSIS:Name="Load.dtsx" SSIS:EntryPoint="1"/></SSIS:Packages>
              <SSIS:ConnectionManagers/>
            </SSIS:Project>
            """.formatted(build), "Project.params", """
            <SSIS:Parameters xmlns:SSIS="www.microsoft.com/SqlServer/SSIS">
              <SSIS:Parameter SSIS:Name="Rows"><SSIS:Properties><SSIS:Property SSIS:Name="DataType">9</SSIS:Property>
                <SSIS:Property SSIS:Name="Value">7</SSIS:Property></SSIS:Properties></SSIS:Parameter>
              <SSIS:Parameter SSIS:Name="Password"><SSIS:Properties><SSIS:Property SSIS:Name="DataType">18</SSIS:Property>
                <SSIS:Property SSIS:Name="Sensitive">1</SSIS:Property></SSIS:Properties></SSIS:Parameter>
            </SSIS:Parameters>
            """, "Load.dtsx", """
            <DTS:Executable xmlns:DTS="www.microsoft.com/SqlServer/Dts" DTS:refId="Package" DTS:ObjectName="Load" DTS:DTSID="{1}">
              <DTS:Property DTS:Name="PackageFormatVersion">8</DTS:Property>
              <DTS:PackageParameters><DTS:PackageParameter DTS:ObjectName="Day" DTS:DataType="8" DTS:Required="True"/></DTS:PackageParameters>
            </DTS:Executable>
            """);
    }

    static byte[] zip(String... namesAndTexts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                ZipEntry entry = new ZipEntry(namesAndTexts[i]);
                // The same archive is the same bytes, whenever it is made.
                entry.setTime(1_000_000_000_000L);
                zip.putNextEntry(entry);
                zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
