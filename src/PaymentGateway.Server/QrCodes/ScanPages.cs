using System.Globalization;
using System.Text.Encodings.Web;
using PaymentGateway.Connectors.Sandbox;

namespace PaymentGateway.QrCodes;

/// <summary>The pages of the pretended app that scans: no script, the sandbox's stylesheet.</summary>
internal static class ScanPages
{
    public static string Form(QrCode code, string merchantName, string payer) => SandboxPages.Page("Scan and pay", $"""
        <h1>UPI test app</h1>
        <dl>
          <div><dt>Shop</dt><dd>{Encode(merchantName)}</dd></div>
          <div><dt>Amount</dt><dd>{Encode(code.Amount?.ToString() ?? $"open, in {code.Currency}")}</dd></div>
        </dl>
        <form method="post" autocomplete="off">
          {Amount(code)}
          <label for="vpa">UPI address of the payer</label>
          <input id="vpa" name="vpa" value="{Encode(payer)}" maxlength="255" required>
          <div class="buttons"><button class="yes">Pay</button></div>
        </form>
        """);

    public static string Done(ScanResult result) => SandboxPages.Page("Result", $"""
        <h1>{Encode(CultureInfo.InvariantCulture.TextInfo.ToTitleCase(result.Status))}</h1>
        <p>{Encode(result.Reason ?? "You can close this window.")}</p>
        """);

    public static string Refused(string why) => SandboxPages.Page("Not paid", $"""
        <h1>Not paid</h1>
        <p class="error" role="alert">{Encode(why)}</p>
        """);

    public static string Unknown() => SandboxPages.Unknown();

    private static string Amount(QrCode code) => code.Amount is not null ? "" : $"""
        <label for="amount">Amount in {code.Currency}</label>
        <input id="amount" name="amount" inputmode="decimal" maxlength="20" required>
        """;

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
