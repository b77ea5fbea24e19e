using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace PaymentGateway.Receipts;

/// <summary>A receipt as a page to be shown or printed: every script, no program, nothing from elsewhere.</summary>
internal static class ReceiptHtml
{
    // Every script's letters stay readable; only what has a meaning in HTML is escaped.
    private static readonly HtmlEncoder encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private const string Style =
        """
        body{font:14px/1.45 "Noto Sans","Noto Sans Devanagari",system-ui,sans-serif;color:#1f2937;max-width:820px;margin:24px auto;
          padding:0 16px}
        header{display:flex;justify-content:space-between;gap:24px;border-top:6px solid #0f4c81;border-bottom:1px solid #0f4c81;
          padding:20px 0 12px}
        h1{font-size:24px;margin:0;color:#0f4c81;text-align:right}
        h2{font-size:20px;margin:0 0 4px}
        h3{font-size:11px;margin:0 0 4px;color:#0f4c81;text-transform:uppercase}
        p{margin:0}
        .muted,dt{color:#57606c}
        .blocks{display:flex;flex-wrap:wrap;gap:24px;margin:18px 0}
        .blocks section{flex:1 1 200px;overflow-wrap:anywhere}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:0 12px;margin:0}
        dd{margin:0}
        dd.wide{grid-column:1/3}
        dd.name{font-weight:700}
        header dd{text-align:right;font-weight:700}
        table{border-collapse:collapse;width:100%}
        th{background:#eef2f7;font-size:12px}
        th,td{padding:6px;text-align:right;vertical-align:top;border-bottom:1px solid #d5dae1}
        th.left,td.left{text-align:left}
        small{display:block;color:#57606c}
        .sums{display:flex;flex-wrap:wrap;justify-content:space-between;gap:24px;margin:16px 0}
        .sums>*{flex:1 1 260px}
        .sums table td{border:0;padding:3px 8px}
        .sums tr:last-child td{background:#0f4c81;color:#fff;font-weight:700;padding:8px}
        footer{border-top:1px solid #d5dae1;margin-top:20px;padding-top:8px;font-size:12px;color:#57606c}
        @media print{
          body{margin:0;max-width:none}
          .sums tr:last-child td,th,header{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        }
        """;

    /// <summary>What a browser may do with it: show it in its own style, which it knows by its hash.</summary>
    public static string ContentPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-modals";

    public static byte[] Of(Receipt receipt)
    {
        var sheet = ReceiptSheet.Of(receipt);
        return Encoding.UTF8.GetBytes(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <title>{Text(sheet.Title)} {Text(receipt.Number)}</title><style>{Style}</style></head>
            <body>
            <header><div><h2>{Text(sheet.SupplierName)}</h2>
            {Join(sheet.SupplierLines, line => $"<p class=\"muted\">{Text(line)}</p>")}</div>
            <div><h1>{Text(sheet.Title)}</h1>{List(sheet.Facts)}</div></header>
            <div class="blocks">
            {Join(sheet.Parties, block => $"<section><h3>{Text(block.Heading)}</h3>{List(block.Lines)}</section>")}</div>
            <table><thead><tr>{Join(sheet.Columns, column => $"<th scope=\"col\"{Left(column)}>{Text(column.Heading)}</th>")}</tr></thead>
            <tbody>{Join(sheet.Rows, row => Row(sheet, row))}</tbody></table>
            <div class="sums"><section><h3>Amount in words</h3><p>{Text(sheet.Words)}</p></section>
            <table>
            {Join(sheet.Totals, total => $"<tr><td class=\"left\">{Text(total.Label)}</td><td>{Text(total.Text)}</td></tr>")}</table></div>
            {Join(sheet.Notes, note => $"<p class=\"muted\">{Text(note)}</p>")}
            <footer>{Text(sheet.Foot)} · {Text(receipt.Number)}</footer>
            </body>
            </html>

            """);
    }

    private static string List(IReadOnlyList<LabelledText> lines) =>
        $"<dl>{string.Concat(lines.Select((line, i) => line.Label.Length == 0
            ? $"<dd class=\"wide{(i == 0 ? " name" : "")}\">{Text(line.Text)}</dd>"
            : $"<dt>{Text(line.Label)}</dt><dd>{Text(line.Text)}</dd>"))}</dl>";

    private static string Row(ReceiptSheet sheet, SheetRow row) =>
        $"<tr>{string.Concat(row.Cells.Select((cell, i) => $"<td{Left(sheet.Columns[i])}>{Text(cell)}{Details(row, i)}</td>"))}</tr>";

    private static string Details(SheetRow row, int cell) =>
        cell == 1 ? Join(row.Details, detail => $"<small>{Text(detail)}</small>") : "";

    private static string Left(SheetColumn column) => column.IsLeft ? " class=\"left\"" : "";

    private static string Join<T>(IEnumerable<T> parts, Func<T, string> markup) => string.Concat(parts.Select(markup));

    private static string Text(string text) => encoder.Encode(text);
}
