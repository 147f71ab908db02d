package lockstep.common.text;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.random.Mt19937;

/** The stories of one file one after the other on disk, so that they can be had in another order. Holds eight bytes for each, and four more while they are written out. */
final class StoryFile {
    static final int MOST_STORIES = 1 << 22;

    private final Path path;
    /** Where each story ends; the next one begins there. */
    private final long[] ends;

    private StoryFile(Path path, long[] ends) {
        this.path = path;
        this.ends = ends;
    }

    /**
     * @param path gets the stories; must not be there yet
     * @param name of what is read, for messages
     * @param mostStories more are refused
     */
    static StoryFile of(StoryReader stories, Path path, String name, int mostStories) throws IOException {
        long[] ends = new long[1024];
        int count = 0;
        long end = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path, StandardOpenOption.CREATE_NEW), 1 << 16)) {
            for (Optional<String> story = stories.next(); story.isPresent(); story = stories.next()) {
                if (count == mostStories) {
                    throw new UserError(name + ": stories: found more than " + mostStories + ", which is the most");
                }
                byte[] utf8 = Utf8.bytes(story.get());
                out.write(utf8);
                end += utf8.length;
                if (count == ends.length) {
                    ends = Arrays.copyOf(ends, Math.min(mostStories, 2 * count));
                }
                ends[count++] = end;
            }
        }
        return new StoryFile(path, Arrays.copyOf(ends, count));
    }

    /** Writes the stories in the order into which Python shuffles them from this seed, and removes the file. */
    void writeShuffled(int seed, SplitWriter split) throws IOException {
        int[] order = new int[ends.length];
        Arrays.setAll(order, i -> i);
        Mt19937.ofKey(seed).shuffle(order);
        MarkCount marks = new MarkCount();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            for (int i : order) {
                split.add(new ByteArrayInputStream(read(channel, i == 0 ? 0 : ends[i - 1], ends[i])), Long.MAX_VALUE, marks);
            }
        }
        Files.delete(path);
    }

    private byte[] read(FileChannel channel, long from, long to) throws IOException {
        ByteBuffer story = ByteBuffer.allocate((int) (to - from));
        while (story.hasRemaining()) {
            if (channel.read(story, from + story.position()) < 0) {
                throw new IOException(path + " became shorter while it was being read");
            }
        }
        return story.array();
    }
}
