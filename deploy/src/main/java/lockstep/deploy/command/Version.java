package lockstep.deploy.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: our version, and the JDK build, because the same build gives the same bits. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        Properties build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("/lockstep/deploy/build.properties")) {
            build.load(in);
        }
        String commit = build.getProperty("commit");
        String version = "lockstep " + build.getProperty("version") + (commit.isEmpty() ? "" : " (" + commit + ")");
        String jdk = "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + "), " + System.getProperty("os.name") + " "
            + System.getProperty("os.arch");
        return new String[] {version, jdk};
    }
}
