package dev.sluice.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/// The project's own files, as tests read them.
final class Project {
    /// One module of the build.
    ///
    /// @param path folder, relative to the root
    /// @param name artifact id without `sluice-`
    record Module(String path, String name, String description, List<Dependency> dependencies) {}

    /// @param name artifact id, without `sluice-` for the project's own
    record Dependency(boolean own, String name, String scope) {}

    private Project() {}

    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (here != null && !Files.exists(here.resolve("sluice"))) {
            here = here.getParent();
        }
        if (here == null) {
            throw new IllegalStateException("not inside the project");
        }
        return here;
    }

    static List<Module> modules() throws IOException {
        List<Module> modules = new ArrayList<>();
        for (Element module : children(child(parse(root().resolve("pom.xml")).getDocumentElement(), "modules"))) {
            modules.add(module(module.getTextContent().strip()));
        }
        return modules;
    }

    private static Module module(String path) throws IOException {
        Element pom = parse(root().resolve(path).resolve("pom.xml")).getDocumentElement();
        List<Dependency> dependencies = new ArrayList<>();
        Element list = child(pom, "dependencies");
        for (Element d : list == null ? List.<Element>of() : children(list)) {
            boolean own = text(d, "groupId").equals("dev.sluice");
            String scope = text(d, "scope");
            String name = text(d, "artifactId");
            dependencies.add(new Dependency(
                    own, own ? name.replaceFirst("^sluice-", "") : name, scope.isEmpty() ? "compile" : scope));
        }
        return new Module(
                path, text(pom, "artifactId").replaceFirst("^sluice-", ""), text(pom, "description"), dependencies);
    }

    private static Document parse(Path file) throws IOException {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(file.toString(), e);
        }
    }

    private static String text(Element parent, String name) {
        Element e = child(parent, name);
        return e == null ? "" : e.getTextContent().strip();
    }

    private static Element child(Element parent, String name) {
        return children(parent).stream()
                .filter(e -> e.getTagName().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static List<Element> children(Element parent) {
        List<Element> elements = new ArrayList<>();
        for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (n instanceof Element e) {
                elements.add(e);
            }
        }
        return elements;
    }
}
