package lockstep.node.data;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class GlobTest {
    @TempDir
    private Path dir;

    @BeforeEach
    void makeFiles() throws IOException {
        for (String name : List.of("z_train_000002.bin", "z_train_000010.bin", "z_train_000001.bin", "z_val_000001.bin",
            ".hidden_train_1.bin", "odd[1].bin")) {
            Files.createFile(dir.resolve(name));
        }
        for (String name : List.of("part2/x_train.bin", "part1/y_train.bin", "part1/a_train.bin", "other/x_train.bin")) {
            Files.createDirectories(dir.resolve(name).getParent());
            Files.createFile(dir.resolve(name));
        }
    }

    @Test
    void wildcards_in_the_last_component_are_sorted_by_name_and_leave_hidden_files_out() {
        assertEquals(List.of("z_train_000001.bin", "z_train_000002.bin", "z_train_000010.bin"), expand("*_train_*.bin"));
        assertEquals(List.of("z_train_000001.bin", "z_train_000002.bin"), expand("z_train_00000?.bin"));
        assertEquals(List.of("z_train_000001.bin", "z_val_000001.bin"), expand("z_{train,val}_000001.bin"));
        assertEquals(List.of(".hidden_train_1.bin"), expand(".*.bin"));
    }

    @Test
    void wildcards_in_directories_match_each_directory() {
        assertEquals(List.of("part1/a_train.bin", "part1/y_train.bin", "part2/x_train.bin"), expand("part*/*_train.bin"));
        assertEquals(List.of("other/x_train.bin", "part2/x_train.bin"), expand("*/x_train.bin"));
    }

    @Test
    void a_plain_name_is_that_file_even_where_it_looks_like_a_pattern() {
        assertEquals(List.of("z_val_000001.bin"), expand("z_val_000001.bin"));
        assertEquals(List.of("odd[1].bin"), expand("odd[1].bin"));
    }

    @Test
    void relative_patterns_start_at_the_working_directory() {
        assertEquals(List.of(Path.of("pom.xml")), Glob.expand("--data", "pom.x?l", FileSystems.getDefault()));
        assertEquals(List.of(Path.of("src/main/java/lockstep/node/data/Glob.java")),
            Glob.expand("--data", "src/m*/java/lockstep/*/data/Glob.java", FileSystems.getDefault()));
    }

    @Test
    void a_pattern_that_finds_no_file_is_refused_with_option_and_pattern() {
        assertRefused("--data: no file matches " + dir + "/*.txt", "*.txt");
        assertRefused("--data: no file matches " + dir + "/missing/*.bin", "missing/*.bin");
        assertRefused("--data: no file matches " + dir + "/missing.bin (no such file)", "missing.bin");
        assertRefused("--data: " + dir + "/part1 is a directory, expected files: a glob like " + dir + "/part1/*.bin", "part1");
        assertRefused("--data: no file matches " + dir + "/z_val_000001.bin/*.bin", "z_val_000001.bin/*.bin");
    }

    @Test
    void shards_whose_names_read_alike_are_refused_since_the_disk_would_order_them() throws Exception {
        Process shell =
            new ProcessBuilder("sh", "-c", "touch \"$(printf 'y_\\351.bin')\" \"$(printf 'y_\\352.bin')\"").directory(dir.toFile()).start();
        assumeTrue(shell.waitFor() == 0, "this file system takes no name that is not UTF-8");
        String message = assertThrows(UserError.class, () -> expand("y*.bin")).getMessage();
        assertTrue(message.startsWith(dir + "/y_\ufffd.bin: two files have this name"), message);
        assertEquals(List.of("z_val_000001.bin"), expand("z_v*.bin"));
    }

    @Test
    void an_empty_or_broken_pattern_is_refused() {
        assertEquals("--val-data: pattern is empty, expected a file or a glob of token shards",
            assertThrows(UserError.class, () -> Glob.expand("--val-data", " ", FileSystems.getDefault())).getMessage());
        String message = assertThrows(UserError.class, () -> expand("z[_train.bin")).getMessage();
        assertEquals("--data: not a glob: " + dir + "/z[_train.bin", message.replaceFirst(" \\(.*\\)$", ""));
    }

    private List<String> expand(String pattern) {
        return Glob.expand("--data", dir + "/" + pattern, FileSystems.getDefault()).stream().map(path -> dir.relativize(path).toString())
            .toList();
    }

    private void assertRefused(String message, String pattern) {
        assertEquals(message, assertThrows(UserError.class, () -> expand(pattern)).getMessage());
    }
}
