package dev.sluice.local;

import dev.sluice.model.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A place named on the command line, as the documents that a factory would have for it.
///
/// | form | |
/// |---|---|
/// | `PATH`, `file:PATH` | files of this machine; `*` and `?` in the last part; `**` is not known |
/// | `postgres://USER@HOST:PORT/DATABASE/SCHEMA.TABLE` | also `mysql`, `mariadb`, `sqlserver` |
/// | `azblob://ACCOUNT/CONTAINER/PATH` | |
///
/// What a file holds is told by its extension (`.csv`, `.tsv`, `.txt`, `.json`, `.jsonl`, `.xml`,
/// `.parquet`, `.avro`, `.orc`, `.xlsx`, `.xls`, with `.gz`, `.bz2`, `.deflate`, `.zip`, `.snappy`, `.lz4`
/// behind text), everything else is copied as it is. Passwords and keys come from the environment, never
/// from the command line, where others can see them.
///
/// @param service typeProperties and type of the linked service
/// @param dataset the same of the dataset
/// @param side what a copy's `source` or `sink` says
record ShortForm(ObjectNode service, ObjectNode dataset, ObjectNode side, String shown) {
    private static final Map<String, String> FORMATS = Map.ofEntries(
            Map.entry("csv", "DelimitedText"),
            Map.entry("tsv", "DelimitedText"),
            Map.entry("txt", "DelimitedText"),
            Map.entry("json", "Json"),
            Map.entry("jsonl", "Json"),
            Map.entry("ndjson", "Json"),
            Map.entry("xml", "Xml"),
            Map.entry("parquet", "Parquet"),
            Map.entry("avro", "Avro"),
            Map.entry("orc", "Orc"),
            Map.entry("xlsx", "Excel"),
            Map.entry("xls", "Excel"));

    private static final Map<String, String> CODECS = Map.of(
            "gz", "gzip",
            "bz2", "bzip2",
            "deflate", "deflate",
            "zip", "ZipDeflate",
            "snappy", "snappy",
            "lz4", "lz4");

    private static final Map<String, List<String>> TABLES = Map.of(
            "postgres", List.of("PostgreSqlV2", "PostgreSqlV2Table", "5432"),
            "postgresql", List.of("PostgreSqlV2", "PostgreSqlV2Table", "5432"),
            "mysql", List.of("MySql", "MySqlTable", "3306"),
            "mariadb", List.of("MariaDB", "MariaDBTable", "3306"),
            "sqlserver", List.of("SqlServer", "SqlServerTable", "1433"));

    private enum Side {
        SOURCE,
        SINK
    }

    /// @param environment the process's variables
    static ShortForm source(String text, UnaryOperator<@Nullable String> environment) {
        return of(text, Side.SOURCE, environment);
    }

    static ShortForm sink(String text, UnaryOperator<@Nullable String> environment) {
        return of(text, Side.SINK, environment);
    }

    private static ShortForm of(String text, Side side, UnaryOperator<@Nullable String> environment) {
        int colon = text.indexOf(':');
        String scheme = colon < 2 ? "file" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        if (scheme.equals("file")) {
            String path = text.regionMatches(true, 0, "file:", 0, 5) ? text.substring(5) : text;
            return files(path.startsWith("//") ? path.substring(2) : path, side, text);
        }
        URI uri = uri(text);
        if (scheme.equals("azblob")) {
            return blobs(uri, side, environment, text);
        }
        List<String> known = TABLES.get(scheme);
        if (known == null) {
            throw new IllegalArgumentException("'" + text + "' is no place known here: a path, file:, azblob:// or "
                    + String.join("://, ", TABLES.keySet().stream().sorted().toList()) + "://");
        }
        return table(uri, known, side, environment, text);
    }

    private static URI uri(String text) {
        try {
            return new URI(text.replace("*", "%2A"));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is no address: " + e.getReason());
        }
    }

    private static ShortForm files(String path, Side side, String text) {
        Path whole = Path.of(path.replace('*', '\u0001').replace('?', '\u0002'))
                .toAbsolutePath()
                .normalize();
        Path parent = whole.getParent();
        if (parent == null || whole.getFileName() == null) {
            throw new IllegalArgumentException("'" + text + "' names no file");
        }
        String folder = parent.toString();
        if (folder.indexOf('\u0001') >= 0 || folder.indexOf('\u0002') >= 0) {
            throw new IllegalArgumentException("'" + text + "': wildcards are possible in the last part only");
        }
        String name = whole.getFileName().toString().replace('\u0001', '*').replace('\u0002', '?');
        ObjectNode service = typed("FileServer");
        service.putObject("typeProperties").put("host", folder);
        return withFiles(service, "FileServer", "", name, path.endsWith("/"), side, text, Map.of());
    }

    private static ShortForm blobs(URI uri, Side side, UnaryOperator<@Nullable String> environment, String text) {
        String[] parts = Optional.ofNullable(uri.getPath())
                .orElse("")
                .replaceFirst("^/", "")
                .split("/", 2);
        if (uri.getHost() == null || parts[0].isEmpty() || parts.length < 2) {
            throw new IllegalArgumentException("'" + text + "' is not of the form azblob://ACCOUNT/CONTAINER/PATH");
        }
        ObjectNode service = typed("AzureBlobStorage");
        ObjectNode properties = service.putObject("typeProperties");
        String connection = environment.apply("AZURE_STORAGE_CONNECTION_STRING");
        if (connection != null) {
            properties.put("connectionString", connection);
        } else {
            String key = environment.apply("AZURE_STORAGE_KEY");
            if (key == null) {
                throw new IllegalArgumentException(
                        "set AZURE_STORAGE_KEY or AZURE_STORAGE_CONNECTION_STRING for '" + text + "'");
            }
            properties.put(
                    "connectionString",
                    "DefaultEndpointsProtocol=https;AccountName=" + uri.getHost() + ";AccountKey=" + key
                            + ";EndpointSuffix=core.windows.net");
        }
        int slash = parts[1].lastIndexOf('/');
        return withFiles(
                service,
                "AzureBlobStorage",
                slash < 0 ? "" : parts[1].substring(0, slash),
                parts[1].substring(slash + 1),
                parts[1].endsWith("/"),
                side,
                text,
                Map.of("container", parts[0]));
    }

    private static ShortForm withFiles(
            ObjectNode service,
            String store,
            String folder,
            String name,
            boolean isFolder,
            Side side,
            String text,
            Map<String, String> location) {
        String[] words = name.toLowerCase(Locale.ROOT).split("\\.");
        String last = words[words.length - 1];
        String codec = CODECS.get(last);
        String kind = codec == null ? last : words.length < 2 ? "" : words[words.length - 2];
        String format = isFolder || words.length < 2 ? "Binary" : FORMATS.getOrDefault(kind, "Binary");
        ObjectNode dataset = typed(format);
        ObjectNode properties = dataset.putObject("typeProperties");
        ObjectNode place = properties.putObject("location");
        place.put("type", store + "Location");
        location.forEach(place::put);
        if (format.equals("DelimitedText") || format.equals("Excel")) {
            properties.put("firstRowAsHeader", true);
        }
        if (format.equals("DelimitedText")) {
            // As RFC 4180 and every other program has it: a quote within quotes is doubled.
            properties.put("escapeChar", "\"");
        }
        if (kind.equals("tsv")) {
            properties.put("columnDelimiter", "\t");
        }
        if (codec != null && !format.equals("Binary")) {
            properties.putObject("compression").put("type", codec);
        }
        String role = side == Side.SOURCE ? "Source" : "Sink";
        ObjectNode activity = typed(format + role);
        ObjectNode settings = activity.putObject("storeSettings");
        settings.put("type", store + (side == Side.SOURCE ? "ReadSettings" : "WriteSettings"));
        boolean wild = name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
        if (wild && side == Side.SINK) {
            throw new IllegalArgumentException("'" + text + "': a sink has no wildcards");
        }
        String base = isFolder && !name.isEmpty() ? (folder.isEmpty() ? name : folder + "/" + name) : folder;
        if (!base.isEmpty()) {
            place.put("folderPath", base);
        }
        if (wild) {
            settings.put("wildcardFileName", name);
        } else if (!isFolder) {
            place.put("fileName", name);
        }
        if (side == Side.SINK && format.equals("DelimitedText")) {
            activity.putObject("formatSettings")
                    .put("type", "DelimitedTextWriteSettings")
                    .put("quoteAllText", false);
        }
        return new ShortForm(service, dataset, activity, text);
    }

    private static ShortForm table(
            URI uri, List<String> known, Side side, UnaryOperator<@Nullable String> environment, String text) {
        String user = uri.getRawUserInfo();
        if (user != null && user.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "a password on the command line can be seen by others: leave it out, and set " + variable(side));
        }
        String[] path = Optional.ofNullable(uri.getPath())
                .orElse("")
                .replaceFirst("^/", "")
                .split("/");
        if (uri.getHost() == null || user == null || path.length != 2 || path[1].isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not of the form " + uri.getScheme() + "://USER@HOST:PORT/DATABASE/SCHEMA.TABLE");
        }
        ObjectNode service = typed(known.getFirst());
        ObjectNode properties = service.putObject("typeProperties");
        properties.put("server", uri.getHost());
        properties.put("port", uri.getPort() < 0 ? Integer.parseInt(known.get(2)) : uri.getPort());
        properties.put("database", path[0]);
        properties.put(known.getFirst().equals("SqlServer") ? "userName" : "username", user);
        String password = environment.apply(variable(side));
        if (password != null) {
            ObjectNode secret = properties.putObject("password");
            secret.put("type", "SecureString").put("value", password);
        }
        if (uri.getQuery() != null) {
            for (String pair : uri.getQuery().split("&")) {
                int equals = pair.indexOf('=');
                properties.put(
                        equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
            }
        }
        ObjectNode dataset = typed(known.get(1));
        ObjectNode table = dataset.putObject("typeProperties");
        int dot = path[1].indexOf('.');
        if (dot > 0) {
            table.put("schema", path[1].substring(0, dot));
        }
        table.put("table", path[1].substring(dot + 1));
        ObjectNode activity = typed(known.getFirst() + (side == Side.SOURCE ? "Source" : "Sink"));
        if (side == Side.SINK) {
            activity.put("tableOption", "autoCreate");
        }
        return new ShortForm(service, dataset, activity, text);
    }

    private static String variable(Side side) {
        return side == Side.SOURCE ? "SLUICE_SOURCE_PASSWORD" : "SLUICE_SINK_PASSWORD";
    }

    private static ObjectNode typed(String type) {
        ObjectNode object = Json.object();
        object.put("type", type);
        return object;
    }

    boolean isBinary() {
        return dataset.path("type").asString("").equals("Binary");
    }
}
