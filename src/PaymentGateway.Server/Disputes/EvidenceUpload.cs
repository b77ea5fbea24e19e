using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>The form that uploads a file, for the documents.</summary>
/// <param name="File">A PDF, PNG or JPEG, at most 4 MiB.</param>
/// <param name="Purpose">What it shows; other when absent.</param>
public sealed record EvidenceFileForm(string File, EvidencePurpose? Purpose);

/// <summary>An uploaded file, read with every rule: size, type by content, a harmless name, no other fields.</summary>
/// <param name="Fingerprint">Tells a repeat from another upload under the same idempotency key.</param>
internal sealed record EvidenceUpload(EvidencePurpose Purpose, string Name, string ContentType, byte[] Content, byte[] Fingerprint)
{
    private const string FileField = "file";
    private const string PurposeField = "purpose";
    private const int NameLengthMax = 100;

    /// <summary>The file, and room for the parts around it.</summary>
    private const int FormBytesMax = EvidenceFile.BytesMax + (16 * 1024);

    private static readonly FormOptions options = new()
    {
        MultipartBodyLengthLimit = FormBytesMax,
        MemoryBufferThreshold = FormBytesMax,
        ValueCountLimit = 8,
        ValueLengthLimit = 1024,
        KeyLengthLimit = 64,
    };

    public static async Task<Outcome<EvidenceUpload>> Read(HttpRequest request, CancellationToken cancel)
    {
        if (!request.HasFormContentType || !request.ContentType!.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return new Refusal(Errors.UnsupportedMediaType, "Send the file as multipart/form-data.");
        }

        if (request.ContentLength > FormBytesMax)
        {
            return TooLarge();
        }

        var (form, refusal) = await ReadForm(request, cancel);
        return form is null ? refusal! : await Read(request, form, cancel);
    }

    private static async Task<(IFormCollection? Form, Refusal? Refusal)> ReadForm(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            return (await new FormFeature(request, options).ReadFormAsync(cancel), null);
        }
        catch (InvalidDataException e)
        {
            // The framework tells a broken form and one that is too large apart by its text alone.
            return (null, e.Message.Contains("limit", StringComparison.OrdinalIgnoreCase)
                ? TooLarge()
                : Refusal.Field(FileField, "is not in a form that can be read"));
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            return (null, Refusal.Field(FileField, "ends before the form does"));
        }
    }

    private static async Task<Outcome<EvidenceUpload>> Read(HttpRequest request, IFormCollection form, CancellationToken cancel)
    {
        if (form.Keys.Concat(form.Files.Select(file => file.Name)).FirstOrDefault(name => name is not (FileField or PurposeField)) is { } unknown)
        {
            return Refusal.Field(Errors.UnknownField, unknown.Length <= 64 ? unknown : unknown[..64], "is not known here");
        }

        if (form.Files is not [{ Name: FileField } file])
        {
            return Refusal.Field(FileField, "is required, once");
        }

        if (PurposeOf(form[PurposeField].ToString()) is not { } purpose)
        {
            return Refusal.Field(PurposeField, $"must be one of {string.Join(", ", Enum.GetValues<EvidencePurpose>().Select(StateWords.Of))}");
        }

        using var buffer = new MemoryStream();
        await file.CopyToAsync(buffer, cancel);
        return Of(request, purpose, file.FileName, buffer.ToArray());
    }

    private static Outcome<EvidenceUpload> Of(HttpRequest request, EvidencePurpose purpose, string fileName, byte[] content)
    {
        if (content.Length == 0)
        {
            return new Refusal(Errors.EvidenceFileRefused, "The file is empty.");
        }

        if (content.Length > EvidenceFile.BytesMax)
        {
            return TooLarge();
        }

        if (EvidenceContent.TypeOf(content) is not { } type)
        {
            return new Refusal(Errors.EvidenceFileRefused, "The file is not a whole PDF, PNG or JPEG, whatever its name says.",
                new Dictionary<string, object?> { ["types"] = new[] { EvidenceContent.Pdf, EvidenceContent.Png, EvidenceContent.Jpeg } });
        }

        if (CardDataGuard.HoldsCardData(fileName))
        {
            return Refusal.Field(Errors.CardDataRefused, FileField, "has a name that looks like card data");
        }

        return CardDataGuard.HoldsCardNumber(content)
            ? Refusal.Field(Errors.CardDataRefused, FileField, "holds a card number; black it out and send the file again")
            : new EvidenceUpload(purpose, NameOf(fileName, type), type, content, FingerprintOf(request, purpose, fileName, content));
    }

    /// <summary>Letters, digits and a few signs, without a path, with the ending that the content has.</summary>
    private static string NameOf(string fileName, string type)
    {
        var name = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        var stem = Path.GetFileNameWithoutExtension(name);
        var harmless = new string([.. stem.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ' ' ? c : '_').Take(NameLengthMax)]).Trim();
        return (harmless.Length == 0 ? "evidence" : harmless) + EvidenceContent.ExtensionOf(type);
    }

    private static EvidencePurpose? PurposeOf(string word) =>
        word.Length == 0 ? EvidencePurpose.Other
        : StateWords.StatesWith<EvidencePurpose>(word, StateWords.Of).Length == 1 ? StateWords.Parse<EvidencePurpose>(word)
        : null;

    private static byte[] FingerprintOf(HttpRequest request, EvidencePurpose purpose, string fileName, byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n{purpose}\n{fileName}\n"));
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    private static Refusal TooLarge() => new(Errors.BodyTooLarge, "An evidence file has at most 4 MiB.",
        new Dictionary<string, object?> { ["bytesMax"] = EvidenceFile.BytesMax });
}
