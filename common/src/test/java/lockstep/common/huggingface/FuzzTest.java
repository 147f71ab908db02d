package lockstep.common.huggingface;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.model.ModelShape;

import static lockstep.common.format.UserErrors.assertClear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Damaged models of Hugging Face: each is refused by one line that names a file, or is read as some model of the configured shape. Anything else, an OutOfMemoryError
 * or an exception of another kind, fails the test by itself.
 */
class FuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ModelShape SHAPE = ModelShape.of(2, 3, 1, 1, 2);
    private static final List<String> ABSURD = List.of("-1", "0", "2147483647", "2147483648", "9223372036854775807", "18446744073709551615",
        "1e300", "1e999999999", "null", "\"x\"", "[]", "{}", "true", "1".repeat(2000));

    @TempDir
    private Path directory;
    private int refused;
    private int read;

    private Path whole() {
        float[] params = new float[Math.toIntExact(SHAPE.parameterCount())];
        Path target = directory.resolve("whole");
        new HuggingFaceWriter(SHAPE, params, TokenizerFiles.NONE).write(target, _ -> {});
        return target;
    }

    private void open(Path model, String what) {
        try {
            assertTrue(HuggingFaceModel.open(model).parameters().length > 0, what);
            read++;
        } catch (UserError e) {
            refused++;
            assertClear(e, directory, what);
        }
    }

    @Test
    void truncationAtEveryByteIsNoticed() {
        assertTimeoutPreemptively(LIMIT, () -> {
            Path model = whole();
            for (String name : List.of("model.safetensors", "config.json")) {
                byte[] bytes = Files.readAllBytes(model.resolve(name));
                for (int length = 0; length < bytes.length; length++) {
                    Files.write(model.resolve(name), Arrays.copyOf(bytes, length));
                    open(model, name + " of " + length + " bytes");
                }
                Files.write(model.resolve(name), bytes);
            }
            assertEquals(0, read);
            open(model, "whole");
            assertEquals(1, read);
        });
    }

    @Test
    void aFlippedBitIsAClearErrorOrAnotherValue() {
        assertTimeoutPreemptively(LIMIT, () -> {
            Path model = whole();
            Random random = new Random(20261125);
            for (String name : List.of("model.safetensors", "config.json")) {
                byte[] bytes = Files.readAllBytes(model.resolve(name));
                for (int i = 0; i < 3000; i++) {
                    byte[] damaged = bytes.clone();
                    for (int flips = random.nextInt(3); flips >= 0; flips--) {
                        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                    Files.write(model.resolve(name), damaged);
                    open(model, name + " damaged " + i);
                }
                Files.write(model.resolve(name), bytes);
            }
            assertTrue(refused > 1000 && read > 100, refused + " refused, " + read + " read");
        });
    }

    @Test
    void absurdNumbersTakeNoMemory() {
        assertTimeoutPreemptively(LIMIT, () -> {
            Path model = whole();
            for (String absurd : ABSURD) {
                absurdConfig(model, absurd);
                absurdHeader(model, absurd);
            }
            assertTrue(refused > 100, refused + " refused");
        });
    }

    private void absurdConfig(Path model, String absurd) throws IOException {
        String config = Files.readString(model.resolve("config.json"));
        for (String field : List.of("n_layer", "n_head", "n_embd", "n_positions", "vocab_size", "n_inner", "layer_norm_epsilon")) {
            Files.writeString(model.resolve("config.json"),
                config.replaceFirst("(\"" + field + "\" : )[^,\\n]*", "$1" + absurd));
            open(model, field + " " + absurd);
        }
        Files.writeString(model.resolve("config.json"), config);
    }

    private void absurdHeader(Path model, String absurd) throws IOException {
        Path file = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        int headerBytes = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        String header = new String(bytes, 8, headerBytes, StandardCharsets.UTF_8);
        for (String[] change : List.of(new String[] {"\"shape\":\\[2\\]", "\"shape\":[" + absurd + "]"},
            new String[] {"\"shape\":\\[2\\]", "\"shape\":" + absurd},
            new String[] {"\"data_offsets\":\\[0,", "\"data_offsets\":[" + absurd + ","},
            new String[] {"\"data_offsets\":\\[0,\\d+", "\"data_offsets\":[0," + absurd}, new String[] {"\"F32\"", absurd},
            new String[] {"\"shape\":\\[2\\]", "\"shape\":[2," + absurd + "," + absurd + "]"})) {
            byte[] damaged = header.replaceFirst(change[0], change[1]).getBytes(StandardCharsets.UTF_8);
            ByteBuffer written = ByteBuffer.allocate(8 + damaged.length + bytes.length - 8 - headerBytes).order(ByteOrder.LITTLE_ENDIAN);
            Files.write(file,
                written.putLong(damaged.length).put(damaged).put(bytes, 8 + headerBytes, bytes.length - 8 - headerBytes).array());
            open(model, change[1]);
        }
        Files.write(file, bytes);
    }

    @Test
    void anIndexIsReadOrRefused() {
        assertTimeoutPreemptively(LIMIT, () -> {
            Path model = whole();
            Files.move(model.resolve("model.safetensors"), model.resolve("part.safetensors"));
            List<String> entries = new ArrayList<>();
            TensorFile.read(model.resolve("part.safetensors")).tensors().keySet()
                .forEach(name -> entries.add("\"" + name + "\":\"part.safetensors\""));
            byte[] bytes = ("{\"weight_map\":{" + String.join(",", entries) + "}}").getBytes(StandardCharsets.UTF_8);
            Path index = model.resolve("model.safetensors.index.json");
            Files.write(index, bytes);
            open(model, "whole");
            assertEquals(1, read);
            for (int length = 0; length < bytes.length; length++) {
                Files.write(index, Arrays.copyOf(bytes, length));
                open(model, "index of " + length + " bytes");
            }
            assertEquals(1, read);
            Random random = new Random(7);
            for (int i = 0; i < 2000; i++) {
                byte[] damaged = bytes.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(index, damaged);
                open(model, "index damaged " + i);
            }
        });
    }
}
