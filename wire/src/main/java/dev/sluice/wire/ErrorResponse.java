package dev.sluice.wire;

import java.util.List;

/// Answer with a status of 400 or more.
///
/// @param code of the diagnosis catalogue
public record ErrorResponse(String code, String message, List<String> resolution) {
    public ErrorResponse {
        resolution = List.copyOf(resolution);
    }
}
