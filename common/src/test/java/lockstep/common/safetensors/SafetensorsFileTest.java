package lockstep.common.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Headers that are right, and each way in which one can be wrong. */
class SafetensorsFileTest {
    private static final String A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    @TempDir
    private Path directory;

    private Path write(String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
        return Files.write(directory.resolve("x.safetensors"), file.array());
    }

    private void assertRefused(String header, int dataBytes, String... mentioned) throws IOException {
        Path file = write(header, dataBytes);
        String message = assertThrows(UserError.class, () -> SafetensorsFile.open(file), header).getMessage();
        assertTrue(message.startsWith(file + ": "), message);
        assertEquals(1, message.lines().count(), message);
        for (String word : mentioned) {
            assertTrue(message.contains(word), message);
        }
    }

    @Test
    void tensorsAreFoundByNameAndReadInPieces() throws IOException {
        Path file = write("{\"__metadata__\":{\"format\":\"pt\"}," + A
            + ",\"e\":{\"dtype\":\"I64\",\"shape\":[0,3],\"data_offsets\":[8,8]},\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}  ",
            12);
        SafetensorsFile read = SafetensorsFile.open(file);
        assertEquals("[a, e, s]", read.tensors().keySet().toString());
        assertEquals(1, read.tensors().get("s").count());
        StringBuilder pieces = new StringBuilder();
        read.read(read.tensors().get("a"), 1, (first, values, count) -> pieces.append(first).append(':').append(count).append(' '));
        assertEquals("0:1 1:1 ", pieces.toString());
        float[] target = {7, 7, 7};
        read.read(read.tensors().get("a"), 1, 1, target);
        assertArrayEquals(new float[] {0, 7, 7}, target);
        UserError integers = assertThrows(UserError.class, () -> read.read(read.tensors().get("e"), 0, 0, target));
        assertTrue(integers.getMessage().contains("e: dtype: found I64"), integers.getMessage());
    }

    @Test
    void tensorsFillTheFileWithoutGapOrOverlap() throws IOException {
        String b = ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":";
        assertRefused("{" + A + b + "[12,16]}}", 16, "b: data_offsets", "begin 12", "8");
        assertRefused("{" + A + b + "[4,8]}}", 8, "b: data_offsets", "begin 4", "8");
        assertRefused("{" + A + b + "[8,12]}}", 13, "size", "13", "12", "too long");
        assertRefused("{" + A + b + "[8,12]}}", 11, "size", "11", "12", "truncated");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "a: data_offsets", "begin 4");
    }

    @Test
    void noSizeIsBelievedThatTheFileDoesNotBearOut() throws IOException {
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "a: data_offsets", "8 bytes", "[3]");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}", 0, "a: data_offsets");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}", 8, "a: data_offsets");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9223372036854775807]}}", 8, "a: data_offsets");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "a: data_offsets");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", 8, "a: data_offsets");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8, "a: shape", "-2");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551616],\"data_offsets\":[0,8]}}", 8, "a: shape");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}", 8, "a: shape", "2.0");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8, "a: shape", "none");
    }

    @Test
    void whatIsNoHeaderIsSaidSo() throws IOException {
        assertRefused("{\"a\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "a: dtype", "F31", "BF16");
        assertRefused("{\"a\":3}", 8, "a: dtype", "none");
        assertRefused("{" + A + "," + A + "}", 8, "header", "Duplicate");
        assertRefused("[1,2]", 8, "header", "JSON object");
        assertRefused("{" + A + "} x", 8, "header", "JSON");
        assertRefused("{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}", 8, "header");
        assertRefused("{}", 1, "too long");
        Path file = write("{}", 0);
        assertEquals(0, SafetensorsFile.open(file).tensors().size());
    }

    @Test
    void aHeaderLengthIsHeldAgainstTheFileFirst() throws IOException {
        for (long length : new long[] {0, 1, 3, 1L << 62, -1, Long.MIN_VALUE, (4 << 20) + 1}) {
            byte[] bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put((byte) '{').put((byte) '}').array();
            Path file = Files.write(directory.resolve("x.safetensors"), bytes);
            String message = assertThrows(UserError.class, () -> SafetensorsFile.open(file)).getMessage();
            assertTrue(message.contains("header length: found " + Long.toUnsignedString(length)), message);
        }
        Path file = Files.write(directory.resolve("x.safetensors"), new byte[7]);
        assertTrue(assertThrows(UserError.class, () -> SafetensorsFile.open(file)).getMessage().contains("7 bytes"));
    }
}
