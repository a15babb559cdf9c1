import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Gives the classes of a jar the format of today: version 50 and up with stack maps. The JVM takes no older class into its
/// start-up caches, and checks it by its slow verifier at each start.
///
/// Run as a source file: `java Modernise.java JAR`. The jar is changed in place; a jar without old classes is left alone.
final class Modernise {
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;
    private static final int TARGET = ClassFile.JAVA_8_VERSION;

    private Modernise() {}

    public static void main(String[] args) throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(args[0]))) {
            // The jar's classes know each other; what they know besides is the JDK's or is not there.
            ClassFile format = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(new Hierarchy(jar).resolver()));
            int changed = 0;
            for (Path file : classes(jar)) {
                ClassModel old = format.parse(Files.readAllBytes(file));
                if (old.majorVersion() < FIRST_WITH_STACK_MAPS) {
                    Files.write(file, format.transformClass(old, renewed()));
                    changed++;
                }
            }
            System.out.println(args[0] + ": " + changed + " classes given stack maps");
        }
    }

    /// Every method's code is written anew: what is only copied keeps its form.
    private static ClassTransform renewed() {
        MethodTransform code = MethodTransform.transformingCode(CodeBuilder::with);
        return (builder, element) -> {
            switch (element) {
                case ClassFileVersion old -> builder.withVersion(TARGET, 0);
                case MethodModel method -> builder.transformMethod(method, code);
                default -> builder.with(element);
            }
        };
    }

    private static List<Path> classes(FileSystem jar) throws IOException {
        try (Stream<Path> all = Files.walk(jar.getPath("/"))) {
            return all.filter(file -> file.toString().endsWith(".class")
                            && !file.toString().startsWith("/META-INF/"))
                    .toList();
        }
    }

    /// Who extends whom, read from the jar, else from the JDK, else taken for an interface (a library that is not there).
    private record Hierarchy(FileSystem jar) {
        ClassHierarchyResolver resolver() {
            return ClassHierarchyResolver.ofResourceParsing(type -> {
                        try {
                            return Files.newInputStream(jar.getPath("/" + internalName(type.descriptorString()) + ".class"));
                        } catch (IOException e) {
                            return null;
                        }
                    })
                    .orElse(ClassHierarchyResolver.ofResourceParsing(ClassLoader.getPlatformClassLoader()))
                    .orElse(type -> ClassHierarchyInfo.ofInterface());
        }

        private static String internalName(String descriptor) {
            return descriptor.substring(1, descriptor.length() - 1);
        }
    }
}
