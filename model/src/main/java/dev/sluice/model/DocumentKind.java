package dev.sluice.model;

import java.util.Optional;
import java.util.regex.Pattern;

/// The kinds of documents a factory is made of, with the words used for them in URLs, Git folders and messages, and
/// the rule their names follow (Data Factory's own, checked by its SDKs before sending).
public enum DocumentKind {
    FACTORY("factories", "factory", "factory", Rule.HYPHENED, 3, 63),
    INTEGRATION_RUNTIME("integrationruntimes", "integrationRuntime", "integration runtime", Rule.HYPHENED, 3, 63),
    LINKED_SERVICE("linkedservices", "linkedService", "linked service", Rule.FREE, 1, 260),
    DATASET("datasets", "dataset", "dataset", Rule.FREE, 1, 260),
    PIPELINE("pipelines", "pipeline", "pipeline", Rule.FREE, 1, 140),
    TRIGGER("triggers", "trigger", "trigger", Rule.FREE, 1, 260),
    DATA_FLOW("dataflows", "dataflow", "data flow", Rule.FREE, 1, 260),
    CREDENTIAL("credentials", "credential", "credential", Rule.WORD, 1, 127),
    GLOBAL_PARAMETER("globalparameters", "globalParameters", "global parameter", Rule.FREE, 1, 260),
    MANAGED_VIRTUAL_NETWORK(
            "managedvirtualnetworks", "managedVirtualNetwork", "managed virtual network", Rule.WORD, 1, 127),
    /// Named `network/endpoint`, as it is in a template: a name of its own only within its network.
    MANAGED_PRIVATE_ENDPOINT(
            "managedprivateendpoints", "managedPrivateEndpoint", "managed private endpoint", Rule.WORDS, 3, 255),
    CHANGE_DATA_CAPTURE("adfcdcs", "adfcdc", "change data capture", Rule.FREE, 1, 260);

    private final String path;
    private final String folder;
    private final String word;
    private final Rule rule;
    private final int shortest;
    private final int longest;

    DocumentKind(String path, String folder, String word, Rule rule, int shortest, int longest) {
        this.path = path;
        this.folder = folder;
        this.word = word;
        this.rule = rule;
        this.shortest = shortest;
        this.longest = longest;
    }

    /// The segment of resource ids and URLs, in lower case: `linkedservices`.
    public String path() {
        return path;
    }

    /// The folder of a Git repository that holds documents of this kind: `linkedService`.
    public String folder() {
        return folder;
    }

    /// For messages: `linked service`.
    public String word() {
        return word;
    }

    /// The resource type: `Microsoft.DataFactory/factories/linkedservices`.
    public String resourceType() {
        return switch (this) {
            case FACTORY -> "Microsoft.DataFactory/factories";
            case MANAGED_PRIVATE_ENDPOINT -> MANAGED_VIRTUAL_NETWORK.resourceType() + "/" + path;
            case INTEGRATION_RUNTIME,
                    LINKED_SERVICE,
                    DATASET,
                    PIPELINE,
                    TRIGGER,
                    DATA_FLOW,
                    CREDENTIAL,
                    GLOBAL_PARAMETER,
                    MANAGED_VIRTUAL_NETWORK,
                    CHANGE_DATA_CAPTURE -> FACTORY.resourceType() + "/" + path;
        };
    }

    /// The kind of a URL segment, in any case.
    public static Optional<DocumentKind> byPath(String segment) {
        for (DocumentKind kind : values()) {
            if (kind.path.equalsIgnoreCase(segment)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /// What is wrong with a name, in words that follow "is not a valid name for a …:"; empty when it is fine.
    public Optional<String> nameProblem(String name) {
        if (name.length() < shortest || name.length() > longest) {
            return Optional.of("it must have " + shortest + " to " + longest + " characters");
        }
        return rule.pattern.matcher(name).matches() ? Optional.empty() : Optional.of(rule.words);
    }

    private enum Rule {
        HYPHENED("[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", "only letters, digits and single hyphens between them are allowed"),
        FREE(
                "[A-Za-z0-9_][^<>*#.%&:\\\\+?/]*",
                "it must start with a letter, digit or underscore and must not contain < > * # . % & : \\ + ? /"),
        WORD("[A-Za-z0-9_][-A-Za-z0-9_]*", "only letters, digits, underscores and hyphens are allowed"),
        WORDS(
                "[A-Za-z0-9_][-A-Za-z0-9_]*/[A-Za-z0-9_][-A-Za-z0-9_]*",
                "only letters, digits, underscores and hyphens are allowed, in its own name and in its network's");

        private final Pattern pattern;
        private final String words;

        Rule(String pattern, String words) {
            this.pattern = Pattern.compile(pattern);
            this.words = words;
        }
    }
}
