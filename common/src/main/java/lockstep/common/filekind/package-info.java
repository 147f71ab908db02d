/**
 * The kinds of files that users mix up, known by their first bytes: one table of magic numbers for all who read a user's file. What to do with a file of a kind is
 * said by the reader that wanted another one. May import nothing.
 */
package lockstep.common.filekind;
