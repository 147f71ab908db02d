package lockstep.common.text;

import lockstep.common.UserError;
import lockstep.common.filekind.FileKind;

/** Says what a file is that was given as text and is none, and what to do about it. */
final class NotText {
    private NotText() {}

    static UserError refusal(String name, FileKind found, ShellInput input) {
        // a checkpoint that is cut or oddly written doesn't show which archive it is, but is called like one
        boolean torch = found == FileKind.ZIP && name.matches("(?is).*\\.(pt|pth|ckpt)");
        FileKind kind = torch ? FileKind.TORCH : found;
        return new UserError(name + ": is " + kind.title() + ", expected UTF-8 text or JSON lines; " + advice(input, kind));
    }

    /** Says what makes text of it, as a command where there is one. */
    static String advice(ShellInput input, FileKind kind) {
        return switch (kind.family()) {
            case POINTER ->
                "fetch the file itself: " + (kind == FileKind.GIT_LFS_POINTER ? "git lfs pull" : "git annex get " + input.operand());
            case COMPRESSED -> decompressed(input, kind);
            case ARCHIVE -> "unpack it into a directory and give that: " + unpacked(input, kind);
            case TABLE -> "make JSON lines of it" + table(input, kind);
            case TENSORS -> "it holds numbers; lockstep info FILE says which where it is a model";
            case TOKENS -> "it holds tokens, which --data takes";
            case DOCUMENT -> "take the text out of it: " + document(input, kind);
            case ENCODED -> "make UTF-8 of it: " + input.through("iconv -f " + encoding(kind) + " -t UTF-8", "NEW.txt");
            case MEDIA, PROGRAM, PAGE -> "there is no text in it to learn from";
        };
    }

    private static String decompressed(ShellInput input, FileKind kind) {
        return switch (kind) {
            case BZIP2 -> "unpack it first: " + unpacking("bzip2", ".bz2", input);
            case XZ -> "unpack it first: " + unpacking("xz", ".xz", input);
            case LZMA -> "unpack it first: " + unpacking("xz", ".lzma", input);
            case LZ4 -> "unpack it first: " + unpacking("lz4", ".lz4", input);
            case LZIP -> "unpack it first: " + unpacking("lzip", ".lz", input);
            case LZOP -> "unpack it first: " + input.through("lzop -dc", "NEW.txt");
            case ZLIB -> "unpack it first: " + input.through("pigz -dc", "NEW.txt");
            case UNIX_COMPRESS -> "unpack it first: " + input.through("gzip -dc", "NEW.txt");
            case GZIP -> "it is compressed more than once, unpack it first: " + input.through("gzip -dc", "NEW.txt");
            case ZSTANDARD -> "it is compressed more than once, unpack it first: " + input.through("zstd -dc", "NEW.txt");
            default -> "unpack it first";
        };
    }

    /** The unpacked file lies beside a file whose name has the program's ending; of another name the programs don't know what to make. */
    private static String unpacking(String program, String ending, ShellInput input) {
        return input instanceof ShellInput.File(String word) && word.matches("(?s).*\\" + ending + "'?")
            ? program + " -dk " + word
            : input.through(program + " -dc", "NEW.txt");
    }

    private static String unpacked(ShellInput input, FileKind kind) {
        return switch (kind) {
            case ZIP -> input.byFile("unzip " + input.operand() + " -d DIR");
            case SEVEN_ZIP -> input.byFile("7z x " + input.operand() + " -oDIR");
            case RAR -> input.byFile("unrar x " + input.operand() + " DIR/");
            case CPIO -> input.byFile("cpio -id < " + input.operand());
            default -> switch (input) {
                case ShellInput.File(String word) -> "tar -xf " + word + " -C DIR";
                case ShellInput.Packed packed -> "tar -xf " + packed.word() + " -C DIR";
                case ShellInput.Pipe _ -> "put tar -xf - -C DIR in the place of lockstep in the pipe";
            };
        };
    }

    private static String table(ShellInput input, FileKind kind) {
        return switch (kind) {
            case PARQUET -> pandas("parquet", input);
            case ORC -> pandas("orc", input);
            case ARROW, FEATHER -> pandas("feather", input);
            case EXCEL -> pandas("excel", input);
            default -> ", an object with the text on each line";
        };
    }

    private static String pandas(String format, ShellInput input) {
        return ": " + input.byFile("python3 -c \"import pandas, sys; pandas.read_" + format
            + "(sys.argv[1]).to_json('LINES.jsonl', orient='records', lines=True)\" " + input.operand());
    }

    private static String document(ShellInput input, FileKind kind) {
        return input.byFile(switch (kind) {
            case PDF -> "pdftotext " + input.operand() + " NEW.txt";
            case DJVU -> "djvutxt " + input.operand() + " NEW.txt";
            case OLE, POWERPOINT -> "soffice --headless --convert-to txt " + input.operand();
            default -> "pandoc -t plain " + input.operand() + " -o NEW.txt";
        });
    }

    private static String encoding(FileKind kind) {
        return switch (kind) {
            case UTF_16LE -> "UTF-16LE";
            case UTF_16BE -> "UTF-16BE";
            default -> "UTF-32";
        };
    }
}
