package dev.sluice.ssis.packages;

import java.util.List;

/// `Project.params` and the parameters inside a manifest: properties in `Properties`, types as .NET TypeCodes.
final class ParametersReader {
    private ParametersReader() {}

    static List<Parameter> read(Element parameters) {
        return parameters.children("Parameter").stream()
                .map(ParametersReader::parameter)
                .toList();
    }

    private static Parameter parameter(Element e) {
        PropertyBag bag = e.child("Properties").map(PropertyBag::of).orElse(PropertyBag.EMPTY);
        return new Parameter(
                e.attribute("Name", ""),
                bag.text("ID", ""),
                VariantType.ofTypeCode(bag.number("DataType", 18)),
                bag.text("Value").orElse(null),
                bag.flag("Required", false),
                bag.flag("Sensitive", false),
                bag.text("Description", ""));
    }
}
