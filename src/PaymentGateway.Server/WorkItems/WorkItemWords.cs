using System.Text.Json;

namespace PaymentGateway.WorkItems;

/// <summary>The same word for a kind, state or action in C#, SQL and JSON.</summary>
internal static class WorkItemWords
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static T? Find<T>(string word) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Of(value) == word)
            {
                return value;
            }
        }

        return null;
    }

    public static T Parse<T>(string word) where T : struct, Enum =>
        Find<T>(word) ?? throw new InvalidOperationException($"{word} is not a stored {typeof(T).Name}.");
}
