package lockstep.deploy.train;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;
import lockstep.deploy.console.Terminal;
import lockstep.node.kernel.Kernels;

/** The notes of config.json beside the options: they say with what the run was made, and what a resumed run must find again. */
final class RunAbout {
    private static final String LOCKSTEP = "lockstep";
    private static final String JDK = "jdk";
    private static final String DATA = "data";
    /** The note of the builds that went on with the run: lines of Lockstep's version and the JDK's, without the build that began it. */
    private static final String OTHER_BUILDS = "otherBuilds";

    private static final String NO_JDK_IS_KNOWN = "no JDK from 25 on is known to change the weights";

    private RunAbout() {}

    /**
     * @param origin the given weights that it started from
     * @param version of Lockstep
     */
    static Map<String, Object> of(RunConfig config, RunDirectory run, RunData data, Optional<RunOrigin> origin, String version) {
        Map<String, Object> history = Files.exists(run.config())
            ? RunRecord.of(run.path()).history(config.length().steps())
            : RunRecord.begins(run.path());
        ModelShape shape = config.what().shape();
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("maxT", shape.maxT());
        model.put("V", shape.V());
        model.put("Vp", shape.Vp());
        model.put("L", shape.L());
        model.put("NH", shape.NH());
        model.put("C", shape.C());
        model.put("parameters", shape.parameterCount());
        Map<String, Object> about = new LinkedHashMap<>();
        about.put(LOCKSTEP, version);
        about.put(JDK, jdk());
        about.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        about.put("vectorBits", Kernels.vectorBits());
        about.put("machine", ThisMachine.about());
        about.put("directory", run.path().toString());
        about.putAll(history);
        about.put("model", model);
        origin.ifPresent(some -> some.note(about));
        about.put(DATA, data.about());
        return about;
    }

    /**
     * Looks at a run that goes on. Another build of Lockstep or of the JDK than the one that began it is warned of.
     *
     * @param version of Lockstep that goes on
     * @throws UserError when the data is not what the run began with
     */
    static void requireSame(RunDirectory run, RunData data, String version, Terminal terminal) {
        JsonNode about = TrainRequest.about(run.path());
        Map<String, Object> now = data.about();
        about.path(DATA).properties().forEach(field -> {
            String then = field.getValue().asText();
            String found = String.valueOf(now.get(field.getKey()));
            if (field.getKey().endsWith("Sha256") && !then.equals(found)) {
                throw new UserError("--resume: data: found " + field.getKey() + " " + found + ", expected " + then + " as in "
                    + run.config() + "; the shards have changed");
            }
        });
        String build = lockstep(about);
        if (!build.isEmpty() && !build.equals(version)) {
            terminal.warning("lockstep: the run began with " + build + " and goes on with " + version
                + ": the weights may differ from those of either alone; the changelog names under Bits what changes them");
        }
        String java = about.path(JDK).asText();
        if (!java.isEmpty() && !java.equals(jdk())) {
            terminal.warning("lockstep: the run began on Java " + java + " and goes on on " + jdk() + ": " + NO_JDK_IS_KNOWN);
        }
        warnOfOthers(about, version, terminal);
    }

    /** Warns of builds that went on with a run, other than this one: a run that comes back to the build that began it is a mixture all the same. */
    static void warnOfOthers(JsonNode about, String version, Terminal terminal) {
        String now = build(version, jdk());
        otherBuilds(about).stream().filter(build -> !build.equals(now))
            .forEach(build -> terminal.warning("lockstep: a part of the run was trained by " + build
                + ": the weights may differ from those of one build alone"));
    }

    /** Warns of a node whose JDK is another than the one of the node that told it of the run. */
    static void warnOfOtherJdk(String source, JsonNode about, Terminal terminal) {
        String theirs = about.path(JDK).asText();
        if (!theirs.isEmpty() && !theirs.equals(jdk())) {
            terminal.warning("lockstep: this node computes on Java " + jdk() + ", " + source + " on " + theirs + ": " + NO_JDK_IS_KNOWN
                + "; if one did, the run would end, since all nodes compare their weights at each step");
        }
    }

    /** Notes the build that goes on with a run where none of its parts was trained by that build yet. */
    static void noteBuild(RunDirectory run, String version) {
        JsonNode about = TrainRequest.about(run.path());
        String now = build(version, jdk());
        boolean isKnown = now.equals(build(lockstep(about), about.path(JDK).asText())) || otherBuilds(about).contains(now);
        if (!isKnown) {
            ConfigEdit.apply(run, config -> config.withObject("/" + ConfigFile.ABOUT).withArray("/" + OTHER_BUILDS).add(now));
        }
    }

    /** Returns the builds of Lockstep and the JDK that went on with a run, other than the one that began it. */
    static List<String> otherBuilds(JsonNode about) {
        List<String> builds = new ArrayList<>();
        about.path(OTHER_BUILDS).forEach(build -> builds.add(build.asText()));
        return builds;
    }

    /** Returns all builds that trained a part of a run, the one that began it first. */
    static List<String> builds(JsonNode about) {
        List<String> builds = new ArrayList<>(List.of(build(lockstep(about), about.path(JDK).asText())));
        builds.addAll(otherBuilds(about));
        return builds;
    }

    private static String build(String lockstep, String jdk) {
        return lockstep + " on Java " + jdk;
    }

    /** Returns the build of Lockstep that a configuration notes, empty where it notes none. */
    static String lockstep(JsonNode about) {
        return about.path(LOCKSTEP).asText();
    }

    private static String jdk() {
        return Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
    }
}
