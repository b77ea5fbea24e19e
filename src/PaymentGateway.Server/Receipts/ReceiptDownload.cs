using PaymentGateway.Http;

namespace PaymentGateway.Receipts;

/// <summary>How the document of a receipt goes over the wire: as a file to keep, and with nothing that a browser would run.</summary>
public static class ReceiptDownload
{
    private const string NothingAtAll = "default-src 'none'; sandbox";

    public static IResult Of(HttpContext http, Receipt receipt, ReceiptFile file)
    {
        Harden(http, file.ContentType == ReceiptFile.Html ? ReceiptHtml.ContentPolicy : NothingAtAll);
        return Results.Bytes(file.Content, file.ContentType, file.NameFor(receipt));
    }

    internal static void Harden(HttpContext http, string contentPolicy) =>
        BrowserHeaders.Write(http.Response, contentPolicy, $"private, {BrowserHeaders.NeverKept}");
}
