using System.Text;

namespace PaymentGateway.Tests.Http;

/// <summary>One request that must be refused, and how.</summary>
/// <param name="Path">
/// May name objects of <see cref="BadRequestShop"/>: <c>{order}</c>, <c>{payment}</c>, <c>{theirOrder}</c> …; so may a body that is a text.
/// </param>
/// <param name="Body">A text, or bytes; null for no body.</param>
public sealed record BadRequest(string Name, string Method, string Path, object? Body, int Status, string Code)
{
    /// <summary>Whose key is sent: <c>secret</c>, <c>page</c>, <c>live</c>, <c>none</c>, or a value of the header Authorization.</summary>
    public string As { get; init; } = "secret";

    public string? ContentType { get; init; } = "application/json";

    public bool Chunked { get; init; }

    public (string Name, string Value)[] Headers { get; init; } = [];

    public byte[]? Bytes => Body switch
    {
        null => null,
        byte[] bytes => bytes,
        string text => Encoding.UTF8.GetBytes(text),
        _ => throw new InvalidOperationException("A body is a text or bytes."),
    };

    public override string ToString() => Name;

    public static BadRequest Get(string name, string path, int status, string code) => new(name, "GET", path, null, status, code);

    public static BadRequest Post(string name, string path, object? body, int status, string code) => new(name, "POST", path, body, status, code);

    /// <summary>An order of 100 INR with one thing wrong: fields named again replace the good ones.</summary>
    public static BadRequest Order(string name, string fields, string code, int status = 400)
    {
        var amount = fields.Contains("\"amount\"", StringComparison.Ordinal) ? "" : "\"amount\":100,";
        var currency = fields.Contains("\"currency\"", StringComparison.Ordinal) ? "" : "\"currency\":\"INR\",";
        return Post($"order: {name}", "/api/payments/orders", $"{{{amount}{currency}{fields}}}", status, code);
    }

    /// <summary>An attempt to pay an open order.</summary>
    public static BadRequest Pay(string name, string fields, string code, int status = 400) =>
        Post($"pay: {name}", "/api/payments", $"{{\"orderId\":\"{{order}}\",{fields}}}", status, code);
}
