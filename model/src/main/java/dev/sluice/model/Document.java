package dev.sluice.model;

import tools.jackson.databind.node.ObjectNode;

/// One Data Factory document, exactly as it was given: unknown members and types, member order and the digits of
/// numbers are kept. A value, to be treated as immutable: whoever wants to change [#json()] copies it first.
///
/// @param kind what it describes
/// @param name its name; from the URL it was put to, or from the file it was read from
/// @param json the whole body: `{"name": …, "properties": {…}}` for all kinds; a factory has `location`, `tags` … too
public record Document(DocumentKind kind, String name, ObjectNode json) {
    /// Reads a document. Errors: see [Json].
    public static Document parse(DocumentKind kind, String name, byte[] text) {
        return new Document(kind, name, Json.parseObject(text));
    }

    /// Reads the file of a Git folder: its `name` member counts, the file's name without `.json` where it has none.
    public static Document parseFile(DocumentKind kind, String stem, byte[] text) {
        ObjectNode json = Json.parseObject(text);
        Place name = Place.root(json).member("name");
        return new Document(kind, name.present() ? name.requiredText() : stem, json);
    }

    /// The body as UTF-8.
    public byte[] toBytes() {
        return Json.bytes(json);
    }

    public Place root() {
        return Place.root(json);
    }

    public Place properties() {
        return root().member("properties");
    }

    public Place typeProperties() {
        return properties().member("typeProperties");
    }

    /// `properties.type`, e.g. `AzureBlobStorage`; empty for kinds without one.
    public String type() {
        return properties().member("type").text().orElse("");
    }
}
