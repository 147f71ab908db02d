package lockstep.common.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class JdkSourcesTest {
    @TempDir
    private Path javaHome;

    @Test
    void theSourcesOfAJdkThatCarriesThemAreFound() throws IOException {
        Path zip = Files.createDirectories(javaHome.resolve("lib")).resolve("src.zip");
        Files.createFile(zip);
        assertEquals(new CorpusSource.ZipEntries(zip, "java.base/java/"), JdkSources.locate(javaHome, "Acme 25").source());
    }

    @Test
    void aJdkWithoutSourcesIsNamedWithTheWaysOn() {
        String message = assertThrows(UserError.class, () -> JdkSources.locate(javaHome, "Acme 25.0.3")).getMessage();
        assertTrue(message.contains(javaHome.resolve("lib/src.zip").toString()), message);
        for (String part : new String[] {"Acme 25.0.3", "--data", "--text"}) {
            assertTrue(message.contains(part), message);
        }
        assertEquals(1, message.lines().count());
    }
}
