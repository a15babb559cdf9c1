package dev.sluice.expression;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A string of a Data Factory document, parsed: `@expression`, text with `@{…}` in it, or plain text. Immutable,
/// for any number of threads; parse once and evaluate many times.
///
/// A text that begins with a single `@` is one expression and its value keeps its type. `@{…}` anywhere in a
/// text is replaced by the value as text, and the whole is always text. A leading `@@` stands for text that
/// begins with `@`, and `@@{` inside a template for `@{`. Everything else is text as it stands.
public final class Expression {
    private final String text;
    private final Tree tree;

    private Expression(String text, Tree tree) {
        this.text = text;
        this.tree = tree;
    }

    /// A place where an expression reads its surroundings, as far as it can be known without evaluating.
    ///
    /// @param name the context function, e.g. `activity`
    /// @param argument its argument where that is a literal, e.g. the activity's name, else null
    /// @param path the literal members read from it, e.g. `[output, firstRow]`; ends at the first computed one
    public record Reference(String name, @Nullable String argument, List<String> path) {
        public Reference {
            path = List.copyOf(path);
        }
    }

    /// Parses with [Limits#DEFAULT].
    ///
    /// @throws dev.sluice.diagnosis.ProblemException `EXPRESSION_SYNTAX` with evidence `expression`, `line`,
    /// `column` and what is wrong there (an unknown function is named with the closest known); `LIMIT_EXCEEDED`
    public static Expression parse(String text) {
        return parse(text, Limits.DEFAULT);
    }

    /// As [#parse(String)], with other bounds.
    public static Expression parse(String text, Limits limits) {
        return new Expression(text, new Parser(text, limits).parse());
    }

    /// Whether a text needs evaluation: it begins with `@` or has `@{` in it. (`@@…` counts: it loses a
    /// character.)
    public static boolean isDynamic(String text) {
        return text.startsWith("@") || text.contains("@{");
    }

    /// The value for this scope. The returned node may be part of what the scope returned: do not change it.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException `EXPRESSION_FAILED` with evidence `expression`, `line`,
    /// `column`, `function` and `argument` (1-based) where they apply; `LIMIT_EXCEEDED`
    public JsonNode evaluate(Scope scope) {
        return tree instanceof Tree.Constant constant ? constant.value() : new Evaluation(text, scope).value(tree);
    }

    /// The text that was parsed.
    public String text() {
        return text;
    }

    /// Whether the value is the same in every scope because it is written out.
    public boolean isConstant() {
        return tree instanceof Tree.Constant;
    }

    /// What the expression reads, in the order it is written: for checking a document without running it.
    public List<Reference> references() {
        List<Reference> found = new ArrayList<>();
        collect(tree, new ArrayList<>(), found);
        return List.copyOf(found);
    }

    private static void collect(Tree tree, List<String> path, List<Reference> found) {
        switch (tree) {
            case Tree.Constant constant -> {}
            case Tree.Template template -> template.parts().forEach(part -> collect(part, new ArrayList<>(), found));
            case Tree.Call call -> call.arguments().forEach(argument -> collect(argument, new ArrayList<>(), found));
            case Tree.Context context -> {
                List<Tree> arguments = context.arguments();
                String literal = arguments.size() == 1 && arguments.getFirst() instanceof Tree.Constant constant
                        ? constant.value().asString()
                        : null;
                found.add(new Reference(context.name(), literal, path));
                arguments.forEach(argument -> collect(argument, new ArrayList<>(), found));
            }
            case Tree.Access access -> {
                if (access.key() instanceof Tree.Constant constant) {
                    path.addFirst(constant.value().asString());
                } else {
                    path.clear();
                }
                collect(access.target(), path, found);
                collect(access.key(), new ArrayList<>(), found);
            }
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
