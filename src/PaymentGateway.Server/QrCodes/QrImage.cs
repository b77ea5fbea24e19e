using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Http;

namespace PaymentGateway.QrCodes;

/// <summary>A text as a picture over HTTP: size and format from the query, a tag so that a browser asks once.</summary>
internal static class QrImage
{
    private const int SizeMin = 100;
    private const int SizeMax = 1024;
    private const int SizeDefault = 300;

    /// <summary>The format and size that are asked for.</summary>
    public static Outcome<(string Format, int Size)> Read(IQueryCollection query)
    {
        var faults = new FieldFaults();
        var format = query["format"] is [{ } named] ? named : "svg";
        faults.AddUnless(query["format"].Count <= 1 && format is "svg" or "png", "format", "must be svg or png");
        var size = SizeDefault;
        faults.AddUnless(
            query["size"] is [] || (query["size"] is [{ } text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size)
                && size is >= SizeMin and <= SizeMax),
            "size", $"must be {SizeMin} to {SizeMax} pixels");
        return faults.Refusal is { } refusal ? refusal : (format, size);
    }

    /// <param name="http">Where it is sent.</param>
    /// <param name="text">What is drawn.</param>
    /// <param name="asked">Of <see cref="Read"/>.</param>
    /// <param name="keepFor">How long it may be shown without asking again.</param>
    public static IResult Send(HttpContext http, string text, (string Format, int Size) asked, TimeSpan keepFor)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{asked.Format} {asked.Size} {text}")))[..32]}\"";
        var headers = http.Response.Headers;
        headers.ETag = tag;
        headers.CacheControl = keepFor > TimeSpan.Zero ? $"public, max-age={(int)keepFor.TotalSeconds}" : "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'";
        if (http.Request.Headers.IfNoneMatch == tag)
        {
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        return asked.Format == "png"
            ? Results.Bytes(QrPicture.Png(text, asked.Size), QrPicture.PngType)
            : Results.Text(QrPicture.Svg(text, asked.Size), QrPicture.SvgType);
    }
}
