package dev.sluice.ssis.packages;

/// How secrets of a package or project are kept.
public enum ProtectionLevel {
    DONT_SAVE_SENSITIVE("DontSaveSensitive"),
    ENCRYPT_SENSITIVE_WITH_USER_KEY("EncryptSensitiveWithUserKey"),
    ENCRYPT_SENSITIVE_WITH_PASSWORD("EncryptSensitiveWithPassword"),
    ENCRYPT_ALL_WITH_PASSWORD("EncryptAllWithPassword"),
    ENCRYPT_ALL_WITH_USER_KEY("EncryptAllWithUserKey"),
    SERVER_STORAGE("ServerStorage");

    private final String word;

    ProtectionLevel(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /// A number in packages, a word in projects; the default of the format otherwise.
    public static ProtectionLevel of(String text) {
        for (ProtectionLevel level : values()) {
            if (text.strip().equals(String.valueOf(level.ordinal()))
                    || text.strip().equalsIgnoreCase(level.word)) {
                return level;
            }
        }
        return ENCRYPT_SENSITIVE_WITH_USER_KEY;
    }
}
