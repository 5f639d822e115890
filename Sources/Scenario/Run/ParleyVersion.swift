/// The version of this program.
package let parleyVersion = "0.1.0"
