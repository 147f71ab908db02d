package lockstep.common.archive;

/**
 * A regular file of an archive.
 *
 * @param name relative, with {@code /}, without {@code ..}; printable
 */
public record TarFile(String name, long bytes) {}
