package lockstep.common.checkpoint;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;

import lockstep.common.UserError;

/**
 * What {@code manifest.json} holds. Written last: a directory with a manifest whose sizes agree is complete.
 *
 * @param weightsSha256 SHA-256 of model.bin from byte 1024
 * @param valLossNats validation loss at this step, where it was measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Manifest(int format, int step, String weightsSha256, Double valLossNats, List<Entry> files) {
    static final int FORMAT = 1;

    Manifest {
        // what another format has to hold, that one's program knows
        if (format == FORMAT && (weightsSha256 == null || files == null || !files.stream().allMatch(Entry::isWhole))) {
            throw new UserError("weightsSha256 and files, each with name and sha256, must be there");
        }
    }

    /** One file of the checkpoint. */
    record Entry(String name, long bytes, String sha256) {
        private static boolean isWhole(Entry entry) {
            return entry != null && entry.name != null && entry.sha256 != null;
        }
    }

    /** The same checkpoint, measured. */
    Manifest measured(double lossNats) {
        return new Manifest(format, step, weightsSha256, lossNats, files);
    }

    /** Whether it lists exactly these files, so that none goes unchecked. */
    boolean lists(List<String> names) {
        return files.stream().map(Entry::name).toList().equals(names);
    }
}
