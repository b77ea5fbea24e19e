namespace PaymentGateway.People;

/// <summary>How a person is addressed. Do not keep it: it is erased with the account.</summary>
/// <param name="Language">In which words.</param>
public sealed record PersonContact(string UserId, string Name, string Email, string Language);

/// <summary>A person who can sign in; null: there is none of this id, or not any more.</summary>
public delegate Task<PersonContact?> FindContact(string userId, CancellationToken cancel);
