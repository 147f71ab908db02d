package lockstep.deploy;

import java.text.Normalizer;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import lockstep.common.model.ModelShape;
import lockstep.deploy.process.SuddenEnd;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The walls as rules. Those on modules that have no class yet hold emptily until they have. */
final class Walls {
    @ArchTest
    static final ArchRule COMMON_KNOWS_NO_OTHER_MODULE =
        knowNothingOf("lockstep.common..", "lockstep.node..", "lockstep.coordinator..", "lockstep.deploy..");

    @ArchTest
    static final ArchRule NODE_KNOWS_COMMON_ALONE = knowNothingOf("lockstep.node..", "lockstep.coordinator..", "lockstep.deploy..");

    @ArchTest
    static final ArchRule COORDINATOR_KNOWS_COMMON_ALONE = knowNothingOf("lockstep.coordinator..", "lockstep.node..", "lockstep.deploy..");

    @ArchTest
    static final ArchRule THE_PAGE_KNOWS_FILES_ALONE =
        knowNothingOf("lockstep.deploy.dashboard..", "lockstep.node..", "lockstep.coordinator..", "lockstep.deploy.train..");

    @ArchTest
    static final ArchRule VECTOR_API_IN_KERNEL_ALONE = onlyIn("lockstep.node.kernel..", "jdk.incubator.vector..");

    @ArchTest
    static final ArchRule HDR_HISTOGRAM_IN_LATENCY_ALONE = onlyIn("lockstep.common.latency..", "org.HdrHistogram..");

    @ArchTest
    static final ArchRule CONSOLE_LIBRARIES_IN_DEPLOY_ALONE = onlyIn("lockstep.deploy..", "picocli..", "me.tongfei..");

    @ArchTest
    static final ArchRule FLIGHT_RECORDER_IN_TRACE_ALONE = onlyIn("lockstep.common.trace..", "jdk.jfr..");

    @ArchTest
    static final ArchRule ZSTANDARD_IN_COMPRESS_ALONE = onlyIn("lockstep.common.compress..", "io.airlift..");

    @ArchTest
    static final ArchRule CHARTS_IN_LATENCY_ALONE = onlyIn("lockstep.deploy.latency..", "org.knowm..", "java.awt..");

    @ArchTest
    static final ArchRule PROTOBUF_IN_TENSORBOARD_ALONE = onlyIn("lockstep.deploy.tensorboard..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule PROMETHEUS_IN_METRICS_ALONE = onlyIn("lockstep.deploy.metrics..", "io.prometheus..");

    @ArchTest
    static final ArchRule HAZELCAST_IN_COORDINATOR_ALONE = onlyIn("lockstep.coordinator..", "com.hazelcast..");

    @ArchTest
    static final ArchRule HAZELCAST_IN_MEMBER_AND_CALL_ALONE = noClasses()
        .that().resideOutsideOfPackages("lockstep.coordinator.member..", "lockstep.coordinator.call..")
        .should().dependOnClassesThat(resideInAPackage("com.hazelcast.."))
        .because("what comes above them would be as good over another transport");

    @ArchTest
    static final ArchRule HAZELCAST_BY_ITS_PUBLIC_API = noClasses().that().resideInAPackage("lockstep..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("com.hazelcast.internal..", "com.hazelcast.spi.impl..", "com.hazelcast.instance.impl.."))
        .because("the rest changes from release to release");

    @ArchTest
    static final ArchRule SECRETS_IN_SECRET_ALONE = onlyIn("lockstep.coordinator.secret..", "javax.crypto..");

    @ArchTest
    static final ArchRule HTTP_SERVER_IN_HTTP_ALONE = onlyIn("lockstep.deploy.http..", "com.sun.net.httpserver..");

    @ArchTest
    static final ArchRule NO_CYCLES_AMONG_PACKAGES = slices().matching("lockstep.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_MAIN_ENDS_THE_JVM = noClasses().that().doNotHaveFullyQualifiedName(Main.class.getName())
        .and().doNotHaveFullyQualifiedName(SuddenEnd.class.getName()) // where a test asks for it
        .should().accessTargetWhere(method(System.class, Set.of("exit")).or(method(Runtime.class, Set.of("exit", "halt"))))
        .because("an exit code is a command's return value");

    @ArchTest
    static final ArchRule ONLY_DEPLOY_TALKS_TO_THE_CONSOLE = noClasses().that().resideOutsideOfPackage("lockstep.deploy..")
        .should().accessTargetWhere(method(System.class, Set.of("out", "err", "in", "setOut", "setErr")))
        .because("the other modules report through listeners and SLF4J");

    private static final String LOCALE = "java.util.Locale";

    /** What of Math is exact or correctly rounded by its specification, and so has one result on every JVM. */
    private static final Set<String> EXACT_MATH =
        Set.of("abs", "min", "max", "sqrt", "fma", "rint", "floor", "ceil", "round", "signum", "copySign", "scalb", "ulp", "getExponent",
            "nextUp", "nextDown", "clamp", "floorMod", "floorDiv", "ceilDiv", "ceilMod", "ceilDivExact", "floorDivExact", "addExact",
            "subtractExact", "multiplyExact", "divideExact", "negateExact", "incrementExact", "decrementExact", "absExact", "toIntExact",
            "multiplyFull", "multiplyHigh", "unsignedMultiplyHigh", "PI", "E");

    @ArchTest
    static final ArchRule NO_MATH_THAT_DIFFERS_BETWEEN_JVMS = noClasses().that().resideInAnyPackage("lockstep.common..", "lockstep.node..")
        .should().accessTargetWhere(access("Math beyond its exact methods",
            access -> access.getTargetOwner().isEquivalentTo(Math.class) && !EXACT_MATH.contains(access.getName())))
        .because("the last bit of Math.exp is the JVM's to choose: StrictMath, or arithmetic of our own");

    /** Of a vector's lanes: those of Math, each with an error that its javadoc allows, whatever library or instruction computes them. */
    private static final Set<String> INEXACT_LANES = Set.of("SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "ATAN2", "EXP", "EXPM1", "LOG",
        "LOG10", "LOG1P", "POW", "CBRT", "SINH", "COSH", "TANH", "HYPOT", "pow");

    @ArchTest
    static final ArchRule NO_LANES_THAT_DIFFER_BETWEEN_JVMS = noClasses().that().resideInAPackage("lockstep..")
        .should().accessTargetWhere(access("transcendental operations of the Vector API",
            access -> isVectorApi(access) && INEXACT_LANES.contains(access.getName())))
        .because("their last bit is the JVM's to choose: arithmetic of our own");

    @ArchTest
    static final ArchRule NO_REDUCTION_OF_LANES = noClasses().that().resideInAPackage("lockstep..")
        .should().accessTargetWhere(access("reduceLanes", access -> isVectorApi(access) && access.getName().startsWith("reduceLanes")))
        .because("it may add in any order, even another one at each call: fold the virtual lanes by halves");

    @ArchTest
    static final ArchRule NO_SUMS_OF_STREAMS = noClasses().that().resideInAnyPackage("lockstep.common..", "lockstep.node..")
        .should().accessTargetWhere(access("floating-point sums of streams", Walls::isSumOfStream))
        .because("the order of a stream's sum is the JVM's to choose: a loop");

    @ArchTest
    static final ArchRule NO_RANDOM_NUMBERS_BUT_OURS = noClasses().that().resideInAnyPackage("lockstep.common..", "lockstep.node..")
        .should().dependOnClassesThat(resideInAPackage("java.util.random..").or(JavaClass.Predicates.equivalentTo(java.util.Random.class))
            .or(JavaClass.Predicates.equivalentTo(java.util.SplittableRandom.class))
            .or(JavaClass.Predicates.equivalentTo(java.util.concurrent.ThreadLocalRandom.class))
            .or(JavaClass.Predicates.equivalentTo(java.security.SecureRandom.class)))
        .because("every draw comes from lockstep.common.random and a seed");

    @ArchTest
    static final ArchRule NO_PARALLEL_STREAMS = noClasses().that().resideInAnyPackage("lockstep.common..", "lockstep.node..")
        .should().accessTargetWhere(access("parallel streams and Arrays.parallel*",
            access -> access.getTargetOwner().getPackageName().startsWith("java.util") && access.getName().startsWith("parallel")))
        .because("sums have one order");

    @ArchTest
    static final ArchRule NO_UNORDERED_COLLECTIONS = noClasses().that().resideInAnyPackage("lockstep.common..", "lockstep.node..")
        // writes its two tables as Map.of and sorts them before anybody sees them
        .and().doNotHaveFullyQualifiedName(ModelShape.class.getName())
        .should().accessTargetWhere(access("collections whose order is chance", Walls::isUnordered))
        .because("iteration must have one order: LinkedHashMap, TreeMap, lists");

    /** Methods that the locale decides although the JDK has no other of them with a locale. */
    private static final Set<String> LOCALE_ALONE = Set.of("java.lang.String.formatted", "java.util.Locale.getDefault",
        "java.util.Scanner.<init>");

    @ArchTest
    static final ArchRule NOTHING_IS_WRITTEN_BY_THE_LOCALE = noClasses().that().resideInAPackage("lockstep..")
        .should().accessTargetWhere(access("a method of the JDK that takes the default locale", Walls::takesTheDefaultLocale))
        .orShould().dependOnClassesThat(resideInAPackage("java.text..").and(DescribedPredicate.not(equivalentTo(Normalizer.class))
            .and(DescribedPredicate.not(equivalentTo(Normalizer.Form.class)))))
        .because(
            "a program reads it again: under fa_IR 20 is written in other digits, under tr_TR i becomes another letter; say Locale.ROOT");

    /** What of Character depends on no version of Unicode. */
    private static final Set<String> FIXED_CHARACTERS = Set.of("MAX_CODE_POINT", "charCount", "toString", "toChars", "valueOf", "charValue",
        "isISOControl", "isSurrogate", "isHighSurrogate", "isLowSurrogate", "isSurrogatePair", "toCodePoint", "codePointAt", "compare");

    @ArchTest
    static final ArchRule NO_CLASSES_OF_CHARACTERS_FROM_THE_JDK = noClasses()
        .that().resideInAnyPackage("lockstep.common.text..", "lockstep.common.exam..", "lockstep.deploy.complete..", "lockstep.node..")
        // these ask of patterns and names, and of no text that becomes tokens
        .and().resideOutsideOfPackages("lockstep.node.data..", "lockstep.node.model..", "lockstep.node.bench..")
        .and().doNotHaveFullyQualifiedName("lockstep.deploy.complete.CompletionJson")
        .should().accessTargetWhere(access("the JDK's tables of Unicode", Walls::asksForUnicode))
        .because("what a letter or a blank is changes with the JDK, and the tokens with it: Unicode16, PythonText");

    private Walls() {}

    private static ArchRule knowNothingOf(String module, String... others) {
        return noClasses().that().resideInAPackage(module).should().dependOnClassesThat(resideInAnyPackage(others)).allowEmptyShould(true);
    }

    private static ArchRule onlyIn(String home, String... libraries) {
        return noClasses().that(resideOutsideOfPackage(home)).should().dependOnClassesThat(resideInAnyPackage(libraries));
    }

    private static boolean isVectorApi(JavaAccess<?> access) {
        return access.getTargetOwner().getPackageName().equals("jdk.incubator.vector");
    }

    private static boolean isSumOfStream(JavaAccess<?> access) {
        return switch (access.getTargetOwner().getName()) {
            case "java.util.stream.DoubleStream" -> Set.of("sum", "average", "summaryStatistics").contains(access.getName());
            case "java.util.stream.Collectors" ->
                Set.of("summingDouble", "averagingDouble", "summarizingDouble").contains(access.getName());
            default -> access.getTargetOwner().getName().equals("java.util.DoubleSummaryStatistics");
        };
    }

    private static boolean isUnordered(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        return switch (access.getName()) {
            case "<init>" -> Set.of("java.util.HashMap", "java.util.HashSet", "java.util.IdentityHashMap", "java.util.WeakHashMap",
                "java.util.concurrent.ConcurrentHashMap").contains(owner);
            // The immutable ones mix a new salt into their order at each start of the JVM.
            case "of", "ofEntries", "copyOf" -> owner.equals("java.util.Map") || owner.equals("java.util.Set");
            case "toSet", "toMap", "groupingBy" -> owner.equals("java.util.stream.Collectors");
            default -> false;
        };
    }

    /** The JDK has the same method once more, with a locale to be given. */
    private static boolean takesTheDefaultLocale(JavaAccess<?> access) {
        String name = access.getTargetOwner().getName() + "." + access.getName();
        if (LOCALE_ALONE.contains(name)) {
            return true;
        }
        if (!(access.getTarget() instanceof CodeUnitAccessTarget target) || !access.getTargetOwner().getPackageName().startsWith("java.")) {
            return false;
        }
        List<String> given = target.getRawParameterTypes().stream().map(JavaClass::getName).toList();
        return !given.contains(LOCALE)
            && Stream.concat(access.getTargetOwner().getAllMethods().stream(), access.getTargetOwner().getConstructors().stream())
                .filter(other -> other.getName().equals(access.getName()))
                .map(other -> other.getRawParameterTypes().stream().map(JavaClass::getName).toList())
                .anyMatch(types -> types.contains(LOCALE) && types.stream().filter(type -> !type.equals(LOCALE)).toList().equals(given));
    }

    private static boolean asksForUnicode(JavaAccess<?> access) {
        return switch (access.getTargetOwner().getName()) {
            case "java.lang.Character" -> !FIXED_CHARACTERS.contains(access.getName());
            // names of files and of kinds may be asked for their case, which is not asked here
            case "java.lang.String" -> Set.of("strip", "stripTrailing", "isBlank").contains(access.getName());
            default -> access.getTargetOwner().isEquivalentTo(Normalizer.class);
        };
    }

    private static DescribedPredicate<JavaAccess<?>> method(Class<?> owner, Set<String> names) {
        return access(owner.getSimpleName() + names,
            access -> access.getTargetOwner().isEquivalentTo(owner) && names.contains(access.getName()));
    }

    private static DescribedPredicate<JavaAccess<?>> access(String description, java.util.function.Predicate<JavaAccess<?>> predicate) {
        return DescribedPredicate.describe(description, predicate);
    }
}
