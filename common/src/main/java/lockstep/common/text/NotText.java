package lockstep.common.text;

import lockstep.common.UserError;
import lockstep.common.filekind.FileKind;

/** Says what a file is that was given as text and is none, and what to do about it. */
final class NotText {
    private NotText() {}

    static UserError refusal(String name, FileKind found) {
        // a checkpoint that is cut or oddly written doesn't show which archive it is, but is called like one
        boolean torch = found == FileKind.ZIP && name.matches("(?is).*\\.(pt|pth|ckpt)");
        FileKind kind = torch ? FileKind.TORCH : found;
        return new UserError(name + ": is " + kind.title() + ", expected UTF-8 text or JSON lines; " + advice(name, kind));
    }

    /** What makes text of it, as a command where there is one. */
    static String advice(String name, FileKind kind) {
        return switch (kind.family()) {
            case POINTER -> "fetch the file itself: " + (kind == FileKind.GIT_LFS_POINTER ? "git lfs pull" : "git annex get " + name);
            case COMPRESSED -> decompressed(name, kind);
            case ARCHIVE -> "unpack it into a directory and give that: " + unpacked(name, kind);
            case TABLE -> "make JSON lines of it" + table(name, kind);
            case TENSORS -> "it holds numbers; lockstep info FILE says which where it is a model";
            case TOKENS -> "it holds tokens, which --data takes";
            case DOCUMENT -> "take the text out of it" + document(name, kind);
            case ENCODED -> "make UTF-8 of it: iconv -f " + encoding(kind) + " -t UTF-8 " + name + " > NEW.txt";
            case MEDIA, PROGRAM, PAGE -> "there is no text in it to learn from";
        };
    }

    private static String decompressed(String name, FileKind kind) {
        return switch (kind) {
            case BZIP2 -> "unpack it first: bzip2 -dk " + name;
            case XZ, LZMA -> "unpack it first: xz -dk " + name;
            case LZ4 -> "unpack it first: lz4 -dk " + name;
            case LZIP -> "unpack it first: lzip -dk " + name;
            case LZOP -> "unpack it first: lzop -d " + name;
            case UNIX_COMPRESS -> "unpack it first: uncompress " + name;
            case GZIP, ZSTANDARD -> "it is compressed more than once: unpack it first";
            default -> "unpack it first";
        };
    }

    private static String unpacked(String name, FileKind kind) {
        return switch (kind) {
            case ZIP -> "unzip " + name + " -d DIR";
            case SEVEN_ZIP -> "7z x " + name + " -oDIR";
            case RAR -> "unrar x " + name + " DIR/";
            case CPIO -> "cpio -id < " + name;
            default -> "tar -xf " + name + " -C DIR";
        };
    }

    private static String table(String name, FileKind kind) {
        return switch (kind) {
            case PARQUET -> pandas("parquet", name);
            case ORC -> pandas("orc", name);
            case ARROW -> pandas("feather", name);
            case EXCEL -> pandas("excel", name);
            default -> ", an object with the text on each line";
        };
    }

    private static String pandas(String format, String name) {
        return ": python3 -c \"import pandas; pandas.read_" + format + "('" + name
            + "').to_json('LINES.jsonl', orient='records', lines=True)\"";
    }

    private static String document(String name, FileKind kind) {
        return switch (kind) {
            case PDF -> ": pdftotext " + name + " NEW.txt";
            case DJVU -> ": djvutxt " + name + " NEW.txt";
            case OLE, POWERPOINT -> ": soffice --headless --convert-to txt " + name;
            default -> ": pandoc -t plain " + name + " -o NEW.txt";
        };
    }

    private static String encoding(FileKind kind) {
        return switch (kind) {
            case UTF_16LE -> "UTF-16LE";
            case UTF_16BE -> "UTF-16BE";
            default -> "UTF-32";
        };
    }
}
