using QRCoder;

namespace PaymentGateway.Connectors.Qr;

/// <summary>Draws a text as a QR code with a quiet zone; it can be read with 15 % of it spoiled (level M).</summary>
public static class QrPicture
{
    public const string SvgType = "image/svg+xml";
    public const string PngType = "image/png";

    /// <param name="text">What is drawn.</param>
    /// <param name="size">Pixels of each side at most: every module has the same whole number of them.</param>
    public static string Svg(string text, int size)
    {
        using var code = Generate(text);
        using var drawing = new SvgQRCode(code);
        return drawing.GetGraphic(PixelsOf(code, size));
    }

    /// <inheritdoc cref="Svg"/>
    public static byte[] Png(string text, int size)
    {
        using var code = Generate(text);
        using var drawing = new PngByteQRCode(code);
        return drawing.GetGraphic(PixelsOf(code, size));
    }

    private static QRCodeData Generate(string text) => QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M, forceUtf8: true);

    private static int PixelsOf(QRCodeData code, int size) => Math.Max(1, size / code.ModuleMatrix.Count);
}
