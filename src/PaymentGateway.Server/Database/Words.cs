using System.Text.Json;

namespace PaymentGateway.Database;

/// <summary>The same word for a state in C#, SQL and JSON, in each one's casing.</summary>
public static class Words
{
    /// <summary><c>RequiresPaymentMethod</c> → <c>requires_payment_method</c>.</summary>
    public static string Of<T>(T state) where T : struct, Enum => Texts<T>.ToText[state];

    public static T Parse<T>(string text) where T : struct, Enum => Texts<T>.FromText[text];

    /// <summary>The states that one word on the wire stands for, where several have the same; empty when there is no such word.</summary>
    public static string[] StatesWith<T>(string status, Func<T, string> statusOf) where T : struct, Enum =>
        [.. Enum.GetValues<T>().Where(state => statusOf(state) == status).Select(Of)];

    private static class Texts<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ToText =
            Enum.GetValues<T>().ToDictionary(v => v, v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()));

        public static readonly Dictionary<string, T> FromText = ToText.ToDictionary(pair => pair.Value, pair => pair.Key);
    }
}
