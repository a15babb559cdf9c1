package dev.sluice.formats.text.json;

import dev.sluice.data.packing.UnpackedFile;
import dev.sluice.data.trees.Documents;
import dev.sluice.data.trees.Json;
import java.io.IOException;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// The documents of a file, member by member where it is an archive.
final class JsonFile implements Documents {
    private final UnpackedFile file;
    private final Charset charset;

    JsonFile(UnpackedFile file, Charset charset) {
        this.file = file;
        this.charset = charset;
    }

    @Override
    public @Nullable JsonParser next() throws IOException {
        return file.next() ? Json.parser(file.text(charset)) : null;
    }

    @Override
    public String place() {
        return file.path();
    }

    @Override
    public String format() {
        return "Json";
    }

    @Override
    public long bytesRead() {
        return file.bytesRead();
    }

    @Override
    public boolean failed() {
        return file.storeFailed();
    }

    @Override
    public void close() {
        file.close();
    }
}
