package dev.sluice.ssis.engine.dataflow;

import static dev.sluice.ssis.engine.dataflow.FlowText.column;
import static dev.sluice.ssis.engine.dataflow.FlowText.columnOf;
import static dev.sluice.ssis.engine.dataflow.FlowText.property;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.Result;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// XML Source: rowsets of one document, linked by generated keys.
class XmlSourceTest {
    private static final String ORDERS = """
        <?xml version="1.0"?>
        <s:shop xmlns:s="urn:shop">
          <s:order number="7" paid="1">
            <s:at>2026-02-03T04:05:06Z</s:at>
            <s:note>für <![CDATA[<alle>]]></s:note>
            <s:lines>
              <s:line sku="a"><s:count>2</s:count><s:price>1.25</s:price></s:line>
              <s:line sku="b"><s:count>x</s:count><s:price>3</s:price></s:line>
            </s:lines>
          </s:order>
          <s:order number="8"><s:at/><s:lines><s:line sku="c"><s:count>9</s:count></s:line></s:lines></s:order>
        </s:shop>
        """;

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void bench() {
        bench = new Bench(folder).tables("Orders", "Lines", "Bad");
    }

    private String errors() {
        return bench.events.stream()
                .filter(e -> e.name().equals("OnError"))
                .map(Event::description)
                .collect(Collectors.joining("\n"));
    }

    private static FlowText.Part source(FlowText flow, String onError) {
        return flow.component("src", "XmlSourceAdapter")
                .outputOf(
                        "order",
                        "",
                        property("RowsetID", "order"),
                        column("number", "i4"),
                        column("paid", "bool"),
                        column("at", "dbTimeStamp"),
                        column("note", "wstr:20"),
                        column("order_Id", "ui8"))
                .outputOf(
                        "line",
                        "",
                        property("RowsetID", "line"),
                        column("sku", "wstr:5"),
                        columnOf("count", "i4", onError),
                        column("price", "numeric:8:2"),
                        column("order_Id", "ui8"));
    }

    @Test
    void rowsets_inside_of_others_are_linked_by_keys_and_bad_rows_leave() {
        bench.write("orders.xml", ORDERS);
        FlowText flow = new FlowText();
        source(flow, "errorRowDisposition='RedirectRow'")
                .outputOf(
                        "errors",
                        "isErrorOut='true'",
                        property("RowsetID", "line"),
                        column("sku", "wstr:5"),
                        column("count", "wstr:20"),
                        "<outputColumn refId='src.errors.ErrorCode' lineageId='src.errors.ErrorCode' name='ErrorCode'"
                                + " dataType='i4' specialFlags='1'/>")
                .property("AccessMode", "0")
                .property("XMLData", folder.resolve("orders.xml").toString());
        flow.recordset(
                "Orders",
                "src.order",
                "src.order.number",
                "src.order.paid",
                "src.order.at",
                "src.order.note",
                "src.order.order_Id");
        flow.recordset("Lines", "src.line", "src.line.sku", "src.line.count", "src.line.price", "src.line.order_Id");
        flow.recordset("Bad", "src.errors", "src.errors.sku", "src.errors.count", "src.errors.ErrorCode");
        Result result = bench.run(flow);
        assertThat(errors()).isEmpty();
        assertThat(result).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("Orders")).containsExactly("7|true|2026-02-03T04:05:06|für <alle>|1", "8|-|-|-|2");
        assertThat(bench.rows("Lines")).containsExactly("a|2|1.25|1", "c|9|-|2");
        assertThat(bench.rows("Bad")).containsExactly("b|x|" + 0xC0209084);
    }

    @Test
    void a_value_that_does_not_fit_fails_with_its_line() {
        FlowText flow = new FlowText();
        source(flow, "errorRowDisposition='FailComponent'")
                .property("AccessMode", "2")
                .property("XMLDataVariable", "User::Doc");
        flow.recordset("Lines", "src.line", "src.line.count");
        bench.variable(
                "Doc", 8, ORDERS.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
        assertThat(bench.run(flow)).isEqualTo(Result.FAILURE);
        assertThat(errors()).contains("'count'").contains("SsisRowFailed");
    }

    @Test
    void document_types_are_not_read() {
        bench.write("orders.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>");
        FlowText flow = new FlowText();
        source(flow, "")
                .property("AccessMode", "0")
                .property("XMLData", folder.resolve("orders.xml").toString());
        flow.recordset("Lines", "src.line", "src.line.count");
        assertThat(bench.run(flow)).isEqualTo(Result.FAILURE);
        assertThat(errors()).contains("'src'").doesNotContain("broke");
    }
}
