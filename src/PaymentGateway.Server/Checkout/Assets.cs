using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.FileProviders;

namespace PaymentGateway.Checkout;

/// <summary>The page's own files, each with its fingerprint in the address, so that a new page never meets an old script.</summary>
public sealed class Assets(IWebHostEnvironment host)
{
    private readonly IFileProvider files = host.WebRootFileProvider;
    private readonly ConcurrentDictionary<string, string> adapters = new(StringComparer.Ordinal);

    public string Stylesheet { get; } = Versioned(host.WebRootFileProvider, "/checkout/css/checkout.css");

    public string Script { get; } = Versioned(host.WebRootFileProvider, "/checkout/js/checkout.js");

    public string MethodScript { get; } = Versioned(host.WebRootFileProvider, "/checkout/js/method.js");

    /// <summary>The script that drives the library of a processor.</summary>
    public string CardAdapter(string name) => adapters.GetOrAdd(name, one => Versioned(files, $"/checkout/js/cards/{one}.js"));

    private static string Versioned(IFileProvider files, string path)
    {
        using var content = files.GetFileInfo(path).CreateReadStream();
        return $"{path}?v={Convert.ToHexStringLower(SHA256.HashData(content))[..12]}";
    }
}
