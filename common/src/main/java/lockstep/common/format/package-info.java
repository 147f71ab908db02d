/**
 * Files on disk, byte for byte as llm.c has them, and the way in which we write any file: beside, fsync, rename.
 *
 * <p>
 * Everything is little-endian. A file's size is checked against its header before anything is allocated. What is wrong with a file is a
 * {@link lockstep.common.UserError} that names the file, the field, what was found and what was expected, or what kind of file it is. May import
 * {@code lockstep.common}, {@code lockstep.common.filekind} and {@code lockstep.common.model}.
 */
package lockstep.common.format;
