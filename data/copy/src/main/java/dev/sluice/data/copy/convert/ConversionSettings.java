package dev.sluice.data.copy.convert;

import dev.sluice.data.spi.Settings;
import java.util.Optional;

/// Data Factory's `typeConversionSettings`.
///
/// @param allowTruncation whether digits after the point, times of day and offsets may be lost; a value out of
///     range is refused in any case
/// @param booleanAsNumber whether a Boolean becomes `1` and `0` in text instead of `True` and `False`
/// @param dateTimeFormat .NET pattern of dates in text, beside the canonical form
public record ConversionSettings(
        boolean allowTruncation,
        boolean booleanAsNumber,
        Optional<TimePattern> dateTimeFormat,
        Optional<TimePattern> dateTimeOffsetFormat,
        Optional<TimePattern> timeSpanFormat) {

    /// What applies when nothing is set.
    public static final ConversionSettings DEFAULT =
            new ConversionSettings(true, false, Optional.empty(), Optional.empty(), Optional.empty());

    /// @param translator the activity's translator
    public static ConversionSettings of(Settings translator) {
        Settings s = translator.section("typeConversionSettings");
        Optional<String> culture = s.text("culture");
        return new ConversionSettings(
                s.flag("allowDataTruncation", true),
                s.flag("treatBooleanAsNumber", false),
                TimePattern.of(s, "dateTimeFormat", culture),
                TimePattern.of(s, "dateTimeOffsetFormat", culture),
                TimePattern.of(s, "timeSpanFormat", culture));
    }
}
