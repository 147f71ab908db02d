package lockstep.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;

import lockstep.node.fixture.BreaksTheWalls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The walls of the house, and that the test sees the house at all. */
@AnalyzeClasses(packages = "lockstep", importOptions = ImportOption.DoNotIncludeTests.class)
final class WallsTest {
    @ArchTest
    static final ArchTests WALLS = ArchTests.in(Walls.class);

    /** A class file of a newer Java than ArchUnit knows would be left out in silence, and every rule would hold. */
    @ArchTest
    static void everyClassOfEveryModuleWasRead(JavaClasses classes) throws IOException {
        Path house = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize().getParent();
        TreeSet<String> compiled = new TreeSet<>();
        for (String module : List.of("common", "node", "coordinator", "deploy")) {
            Path dir = house.resolve(module).resolve("target/classes");
            if (Files.isDirectory(dir)) {
                try (Stream<Path> files = Files.walk(dir)) {
                    files.filter(file -> file.toString().endsWith(".class") && !file.endsWith("module-info.class"))
                        .forEach(file -> compiled.add(className(dir.relativize(file))));
                }
            }
        }
        TreeSet<String> read = new TreeSet<>();
        classes.stream().map(JavaClass::getName).forEach(read::add);
        assertEquals(compiled, read);
        assertTrue(read.contains("lockstep.common.UserError") && read.contains("lockstep.deploy.Main"), "read: " + read);
    }

    @ArchTest
    static void everyRuleOnNodeSeesWhatBreaksIt(JavaClasses classes) {
        JavaClasses broken = new ClassFileImporter().importClasses(BreaksTheWalls.class);
        for (ArchRule rule : List.of(Walls.CONSOLE_LIBRARIES_IN_DEPLOY_ALONE, Walls.ONLY_MAIN_ENDS_THE_JVM,
            Walls.ONLY_DEPLOY_TALKS_TO_THE_CONSOLE, Walls.HAZELCAST_IN_COORDINATOR_ALONE, Walls.HAZELCAST_IN_MEMBER_AND_CALL_ALONE,
            Walls.HAZELCAST_BY_ITS_PUBLIC_API,
            Walls.NO_MATH_THAT_DIFFERS_BETWEEN_JVMS, Walls.NO_RANDOM_NUMBERS_BUT_OURS, Walls.NO_PARALLEL_STREAMS,
            Walls.NO_UNORDERED_COLLECTIONS, Walls.NO_LANES_THAT_DIFFER_BETWEEN_JVMS, Walls.NO_REDUCTION_OF_LANES,
            Walls.NO_SUMS_OF_STREAMS, Walls.NOTHING_IS_WRITTEN_BY_THE_LOCALE, Walls.NO_CLASSES_OF_CHARACTERS_FROM_THE_JDK)) {
            assertTrue(rule.evaluate(broken).hasViolation(), rule.getDescription());
        }
        String math = Walls.NO_MATH_THAT_DIFFERS_BETWEEN_JVMS.evaluate(broken).getFailureReport().toString();
        assertTrue(math.contains("Math.exp(double)") && math.contains("Math.tanh(double)"), math);
        String lanes = Walls.NO_LANES_THAT_DIFFER_BETWEEN_JVMS.evaluate(broken).getFailureReport().toString();
        assertTrue(lanes.contains("VectorOperators.EXP") && lanes.contains("FloatVector.pow("), lanes);
        String order = Walls.NO_UNORDERED_COLLECTIONS.evaluate(broken).getFailureReport().toString();
        String unicode = Walls.NO_CLASSES_OF_CHARACTERS_FROM_THE_JDK.evaluate(broken).getFailureReport().toString();
        assertTrue(unicode.contains("Character.isLetter(int)") && unicode.contains("String.strip()"), unicode);
        assertTrue(order.contains("HashMap.<init>") && order.contains("Set.of"), order);
        String locale = Walls.NOTHING_IS_WRITTEN_BY_THE_LOCALE.evaluate(broken).getFailureReport().toString();
        for (String found : List.of("String.format(", "String.formatted(", "String.toLowerCase()", "PrintStream.printf(",
            "DateTimeFormatter.ofPattern(", "NumberFormat", "Scanner.<init>", "Formatter.<init>")) {
            assertTrue(locale.contains(found), found + ": " + locale);
        }
        assertFalse(locale.contains("inNoLocale"), locale);
    }

    private static String className(Path file) {
        return file.toString().replace(".class", "").replace(file.getFileSystem().getSeparator(), ".");
    }
}
