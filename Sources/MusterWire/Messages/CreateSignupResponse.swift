internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// What became of a signup.
public struct CreateSignupResponse: Sendable, Equatable {
  /// The member, or the rules that the signup broke.
  public var outcome: SignupOutcome

  /// Answers with what became of a signup.
  public init(outcome: SignupOutcome) { self.outcome = outcome }
}

extension CreateSignupResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CreateSignupResponse {
    unsafe try unpacked(
      bytes, Muster__V1__CreateSignupResponse.self, muster__v1__create_signup_response__get()
    ) { message throws(WireError) in
      switch unsafe message.pointee.outcome_case {
      case MUSTER__V1__CREATE_SIGNUP_RESPONSE__OUTCOME_SIGNUP:
        let signup = unsafe message.pointee.signup.pointee
        return CreateSignupResponse(
          outcome: unsafe .accepted(
            try MemberSnapshot(required(signup.member, "member")),
            isCreated: signup.created != 0, isChanged: signup.changed != 0))
      case MUSTER__V1__CREATE_SIGNUP_RESPONSE__OUTCOME_FAULTS:
        let sent = unsafe message.pointee.faults.pointee
        return CreateSignupResponse(
          outcome: unsafe .rejected(
            try list(sent.faults, sent.n_faults) { fault throws(WireError) in
              unsafe try RowFault(fault.pointee)
            }))
      default:
        throw WireError(
          code: .malformed, message: "The daemon sent an outcome that this version does not know.")
      }
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CreateSignupResponse.self, muster__v1__create_signup_response__init)
      switch outcome {
      case .accepted(let member, let isCreated, let isChanged):
        let signup = unsafe try arena.make(Muster__V1__Signup.self, muster__v1__signup__init)
        unsafe signup.pointee.member = unsafe try member.make(in: arena)
        unsafe signup.pointee.created = isCreated ? 1 : 0
        unsafe signup.pointee.changed = isChanged ? 1 : 0
        unsafe message.pointee.outcome_case = MUSTER__V1__CREATE_SIGNUP_RESPONSE__OUTCOME_SIGNUP
        unsafe message.pointee.signup = unsafe signup
      case .rejected(let faults):
        let sent = unsafe try arena.make(Muster__V1__RowFaults.self, muster__v1__row_faults__init)
        unsafe sent.pointee.n_faults = faults.count
        unsafe sent.pointee.faults = unsafe try arena.makeList(faults) { fault throws(WireError) in
          unsafe try fault.make(in: arena)
        }
        unsafe message.pointee.outcome_case = MUSTER__V1__CREATE_SIGNUP_RESPONSE__OUTCOME_FAULTS
        unsafe message.pointee.faults = unsafe sent
      }
      return unsafe message
    }
  }
}
