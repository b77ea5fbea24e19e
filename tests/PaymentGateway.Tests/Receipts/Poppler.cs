using System.Diagnostics;
using System.Text;

namespace PaymentGateway.Tests.Receipts;

/// <summary>The programs of poppler, which read PDF files as others do.</summary>
internal static class Poppler
{
    /// <summary>The text of a file, laid out as on its pages.</summary>
    public static Task<string> TextOf(byte[] pdf) => Run("pdftotext", pdf, "-layout");

    /// <summary>What a program says of a file.</summary>
    /// <param name="program"><c>pdftotext</c>, <c>pdffonts</c>, <c>pdftoppm</c>.</param>
    /// <param name="pdf">It is handed over as a file.</param>
    /// <param name="arguments">In front of the file; of pdftoppm, the last names the pictures and comes after it.</param>
    public static async Task<string> Run(string program, byte[] pdf, params string[] arguments)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, pdf);
            var output = program == "pdftotext" ? (string[])["-"] : [];
            string[] all = program == "pdftoppm" ? [.. arguments[..^1], file, arguments[^1]] : [.. arguments, file, .. output];
            using var process = Process.Start(new ProcessStartInfo(program, all)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
            })!;
            var (text, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.Equal((0, ""), (process.ExitCode, await errors));
            return await text;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
