package dev.sluice.service.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Who may come in: access tokens, of which only a hash is kept, and the record of who changed what.
public final class Access {
    private final Database database;

    Access(Database database) {
        this.database = database;
    }

    /// @param tokenId the token's public part
    /// @param hash of the token, hexadecimal
    public record Token(String tokenId, String name, String role, String hash, Instant created) {}

    /// @param target kind and name of what was changed
    public record Entry(Instant at, String who, String action, String target) {}

    public void add(Token token, String by) {
        database.write(s -> {
            s.update(
                    "INSERT INTO token (token_id, name, role, hash, created) VALUES (?, ?, ?, ?, ?) "
                            + "ON CONFLICT (token_id) DO UPDATE SET hash = excluded.hash, role = excluded.role",
                    token.tokenId(),
                    token.name(),
                    token.role(),
                    token.hash(),
                    Micros.of(token.created()));
            Documents.audit(s, by, "write", "TOKEN", "", token.name(), Micros.of(token.created()));
            return true;
        });
    }

    public Optional<Token> find(String tokenId) {
        return database.read(s -> s.one(
                r -> new Token(
                        r.getString(1), r.getString(2), r.getString(3), r.getString(4), Micros.time(r.getLong(5))),
                "SELECT token_id, name, role, hash, created FROM token WHERE token_id = ?",
                tokenId));
    }

    public boolean remove(String tokenId) {
        return database.write(s -> s.update("DELETE FROM token WHERE token_id = ?", tokenId) == 1);
    }

    /// The newest entries of the audit first.
    public List<Entry> audit(int limit) {
        return database.read(s -> s.list(
                r -> new Entry(Micros.time(r.getLong(1)), r.getString(2), r.getString(3), r.getString(4)),
                "SELECT at, who, action, target FROM audit ORDER BY at DESC, entry_id LIMIT ?",
                limit));
    }
}
