package dev.sluice.connectors.jdbc.mysql;

import dev.sluice.connectors.jdbc.relational.RawField;
import java.sql.SQLDataException;
import java.util.Calendar;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.client.ColumnDecoder;
import org.mariadb.jdbc.client.Context;
import org.mariadb.jdbc.client.ReadableByteBuf;
import org.mariadb.jdbc.client.socket.Writer;
import org.mariadb.jdbc.client.util.MutableInt;
import org.mariadb.jdbc.plugin.Codec;

/// Lets the driver hand out a value where it lies in the server's message. The driver finds it as a service.
public final class RawFieldCodec implements Codec<RawField> {
    @Override
    public String className() {
        return RawField.class.getName();
    }

    @Override
    public boolean canDecode(ColumnDecoder column, Class<?> type) {
        return type == RawField.class;
    }

    @Override
    public boolean canEncode(Object value) {
        return false;
    }

    @Override
    public RawField decodeText(
            ReadableByteBuf buf,
            MutableInt length,
            ColumnDecoder column,
            @Nullable Calendar calendar,
            Context context) {
        int from = buf.pos();
        int to = from + length.get();
        buf.pos(to);
        return new RawField(buf.buf(), from, to);
    }

    @Override
    public RawField decodeBinary(
            ReadableByteBuf buf, MutableInt length, ColumnDecoder column, @Nullable Calendar calendar, Context context)
            throws SQLDataException {
        throw new SQLDataException("only results in the text protocol are read raw");
    }

    @Override
    public void encodeText(
            Writer writer, Context context, RawField value, @Nullable Calendar calendar, @Nullable Long length) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public int getApproximateTextProtocolLength(RawField value, @Nullable Long length) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public void encodeBinary(
            Writer writer, Context context, RawField value, @Nullable Calendar calendar, @Nullable Long length) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public int getBinaryEncodeType() {
        throw new UnsupportedOperationException("read only");
    }
}
