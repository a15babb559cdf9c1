package dev.sluice.secrets;

import java.net.URL;
import java.net.URLStreamHandler;
import org.jspecify.annotations.Nullable;

/// The JDK's own handlers of http and https URLs, found without a search.
///
/// Before it encrypts for the first time, `javax.crypto` makes an http URL, and that asks every jar of the
/// class path for a provider of handlers: each is opened, and its directory kept on the heap (a worker has
/// more than a hundred: 7 MB, and a tenth of a second). A program that calls [#use] at its start has the
/// answer at once. It needs `--add-exports java.base/sun.net.www.protocol.http=ALL-UNNAMED` and the same
/// for https; without them the search goes on as ever.
public final class PlatformHandlers {
    private PlatformHandlers() {}

    /// Makes this process find them; once, before the first URL. Providers of other protocols are found as before.
    public static void use() {
        URL.setURLStreamHandlerFactory(PlatformHandlers::of);
    }

    private static @Nullable URLStreamHandler of(String protocol) {
        return switch (protocol) {
            case "http", "https" -> platforms(protocol);
            default -> null;
        };
    }

    private static @Nullable URLStreamHandler platforms(String protocol) {
        try {
            return (URLStreamHandler) Class.forName("sun.net.www.protocol." + protocol + ".Handler")
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
