package dev.sluice.data.trees;

import java.io.InputStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// JSON tokens within limits: texts of 256 MiB, 500 levels, numbers of 1,000 digits.
public final class Json {
    static final int LONGEST_TEXT = 256 << 20;
    static final int DEEPEST = 500;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_TEXT)
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(1_000)
                    .maxNameLength(64 << 10)
                    .maxDocumentLength(-1L)
                    .build())
            .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private Json() {}

    /// Tokens of a text in UTF-8 (UTF-16 and UTF-32 are recognised). The stream is its owner's.
    public static JsonParser parser(InputStream utf8) {
        return FACTORY.createParser(ObjectReadContext.empty(), utf8);
    }

    static JsonParser parser(byte[] utf8) {
        return FACTORY.createParser(ObjectReadContext.empty(), utf8);
    }
}
