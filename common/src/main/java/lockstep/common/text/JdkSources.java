package lockstep.common.text;

import java.nio.file.Files;
import java.nio.file.Path;

import lockstep.common.UserError;

/**
 * The sources of java.base that most JDK downloads carry: text to train on that is there already.
 *
 * @param zip the JDK's {@code lib/src.zip}
 * @param prefix of the entries that are text to train on
 */
public record JdkSources(Path zip, String prefix) {
    private static final String JAVA_BASE = "java.base/java/";

    /** @throws UserError when the running JDK has no {@code lib/src.zip} */
    public static JdkSources locate() {
        return locate(Path.of(System.getProperty("java.home")),
            System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
    }

    /** @param jdk vendor and version, for the message */
    static JdkSources locate(Path javaHome, String jdk) {
        Path zip = javaHome.resolve("lib").resolve("src.zip");
        if (!Files.isRegularFile(zip)) {
            throw new UserError(
                zip + ": not there, this JDK (" + jdk + ") comes without its sources; give --data SHARDS or --text FILE|DIR|shakespeare,"
                    + " or run a JDK download that has lib/src.zip");
        }
        return new JdkSources(zip, JAVA_BASE);
    }

    public CorpusSource source() {
        return new CorpusSource.ZipEntries(zip, prefix);
    }
}
