/** What every module may use: the error that a user can mend. Imports nothing but the JDK. */
package lockstep.common;
